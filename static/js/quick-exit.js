/* In the support circle: the way out, by a button or three times Shift, and no entry of the visit
   in "Back": every step within the site replaces the one before. */

const exit = document.querySelector("[data-quick-exit]");
const QUICK_MS = 3000;
let pressed = [];

function leave() {
    document.body.hidden = true;
    document.title = "";
    location.replace(exit.href);
}

function isHere(address) {
    return address.origin === location.origin;
}

document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    if (link === exit) {
        event.preventDefault();
        leave();
        return;
    }
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !isPlain || link.target || link.hasAttribute("download")) return;
    const to = new URL(link.href);
    const isPlace = to.hash && to.pathname === location.pathname && to.search === location.search;
    if (isHere(to)) {
        event.preventDefault();
        if (isPlace) document.querySelector(to.hash)?.scrollIntoView();
        if (isPlace) document.querySelector(to.hash)?.focus();
        else location.replace(to);
    }
});

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get") return;
    const to = new URL(form.action);
    if (!isHere(to)) return;
    event.preventDefault();
    to.search = new URLSearchParams(new FormData(form, event.submitter));
    location.replace(to);
});

document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
        pressed = [];
        return;
    }
    if (event.repeat) return;
    pressed = [...pressed.slice(-2), event.timeStamp];
    if (pressed.length === 3 && event.timeStamp - pressed[0] < QUICK_MS) leave();
});
