// On a narrow screen Wagtail's side panel covers the form: a way from the checklist to a field closes it.
document.addEventListener("click", (event) => {
    if (!event.target.closest(".hub-checklist a") || !window.matchMedia("(max-width: 50rem)").matches) {
        return;
    }
    document.querySelector("[data-form-side-close-button]")?.click();
});
