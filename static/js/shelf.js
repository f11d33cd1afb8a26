/* The reader's own shelf: short codes of resources, kept by this browser and by nobody else.

   Shows the buttons that put something on it; on the shelf's own page, keeps up with what was
   changed there. Everything else of the shelf works by its address alone. */

const KEY = "shelf";
const MOST = 50;

function kept() {
    return (localStorage.getItem(KEY) || "").split(".").filter(Boolean);
}

function keep(codes) {
    localStorage.setItem(KEY, codes.slice(0, MOST).join("."));
}

function codesIn(address) {
    const said = new URL(address, location.href).searchParams.get("r") || "";
    return said.split(".").filter(Boolean);
}

function show() {
    const codes = kept();
    for (const button of document.querySelectorAll("[data-shelf-code]")) {
        const isOn = codes.includes(button.dataset.shelfCode);
        button.querySelector("[data-shelf-on]").hidden = isOn;
        button.querySelector("[data-shelf-off]").hidden = !isOn;
        button.hidden = !isOn && codes.length >= MOST;
    }
    for (const link of document.querySelectorAll("[data-shelf-link]")) {
        const address = new URL(link.href);
        address.search = codes.length ? "?r=" + codes.join(".") : "";
        link.href = address.href;
        link.querySelector("[data-shelf-number]").textContent = codes.length ? `(${codes.length})` : "";
    }
}

function toggle(code) {
    const codes = kept();
    keep(codes.includes(code) ? codes.filter((one) => one !== code) : [...codes, code]);
    show();
}

function startPage(page) {
    const mine = kept().join(".");
    const shown = page.dataset.shelfPage;
    // Opened without a shelf in its address: show the one that is kept.
    if (!location.search && mine) {
        location.replace("?r=" + mine);
        return;
    }
    const isAdded = sessionStorage.getItem(KEY) && `${shown}.`.startsWith(mine && `${mine}.`);
    sessionStorage.removeItem(KEY);
    if (isAdded) keep(shown.split("."));
    const isMine = isAdded || codesIn(location.href).join(".").toUpperCase() === mine;
    if (isMine) {
        followChanges(page);
    } else if (shown) {
        offerToKeep(page.querySelector("[data-shelf-keep]"), shown.split("."));
    }
}

function followChanges(page) {
    for (const link of page.querySelectorAll("[data-shelf-change]")) {
        link.addEventListener("click", () => keep(codesIn(link.href)));
    }
    // Whether there is such a code the next page knows.
    page.querySelector("form").addEventListener("submit", () => sessionStorage.setItem(KEY, "adds"));
}

function offerToKeep(offer, codes) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", () => {
        keep(codes);
        offer.hidden = true;
        show();
    });
}

try {
    const page = document.querySelector("[data-shelf-page]");
    if (page) startPage(page);
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-shelf-code]");
        if (button) toggle(button.dataset.shelfCode);
    });
    // Another tab, or the way back to a page that the browser had put aside.
    window.addEventListener("storage", show);
    window.addEventListener("pageshow", show);
    show();
} catch (closed) {
    // A browser that keeps nothing: the buttons stay away.
}
