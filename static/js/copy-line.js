/* A button that copies the words of a field; without scripts they are marked and copied by hand. */

for (const place of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(place.dataset.copy);
    const said = place.querySelector("[data-copied]");
    place.hidden = !navigator.clipboard;
    place.querySelector("button").addEventListener("click", async () => {
        await navigator.clipboard.writeText(field.value);
        said.textContent = said.dataset.copied;
    });
}
