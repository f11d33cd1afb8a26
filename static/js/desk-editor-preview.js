/* The live preview: the real page beside the words, anew after each save and while one types. */
(function () {
    "use strict";

    const desk = window.hubDesk;
    const side = document.getElementById("desk-preview");
    if (!desk || !side) return;
    const sides = document.getElementById("desk-sides");
    const opener = document.getElementById("desk-show-preview");
    const TYPING_MILLISECONDS = 1500;
    const remembered = "desk:preview";
    const wide = window.matchMedia("(min-width: 75rem)");
    let frames = [];
    let waiting = 0;
    let number = 0;

    function isOpen() {
        return !side.hidden;
    }

    /* Two frames: the new page is shown when it is whole, where the old one stood. No script of the
       page runs in them. */
    function makeFrames() {
        frames = [0, 1].map((place) => {
            const frame = document.createElement("iframe");
            frame.className = "desk-preview__page";
            frame.title = opener.textContent.trim();
            frame.setAttribute("sandbox", "allow-same-origin");
            frame.hidden = place > 0;
            frame.tabIndex = place > 0 ? -1 : 0;
            side.append(frame);
            return frame;
        });
    }

    async function renew() {
        if (!isOpen()) return;
        const mine = (number += 1);
        const data = {};
        desk.segments.filter(desk.isUnsaved).forEach((segment) => {
            data["s" + segment.dataset.pk] = desk.fieldOf(segment).value;
            data["was" + segment.dataset.pk] = desk.wasOf(segment).value;
        });
        side.setAttribute("aria-busy", "true");
        const { status, data: html } = await desk.post(desk.form.dataset.preview, data);
        if (mine !== number) return;
        side.removeAttribute("aria-busy");
        if (status !== 200 || typeof html !== "string") return;
        const [shown, next] = frames;
        next.onload = () => {
            const top = shown.contentDocument ? shown.contentDocument.documentElement.scrollTop : 0;
            next.hidden = false;
            next.tabIndex = 0;
            shown.hidden = true;
            shown.tabIndex = -1;
            frames = [next, shown];
            next.contentDocument.documentElement.scrollTop = top;
            next.contentDocument.addEventListener("click", (event) => {
                if (event.target.closest("a, button")) event.preventDefault();
            });
            point(desk.current());
        };
        // Scripts would not run there; taking them out spares the console its complaints.
        next.srcdoc = html.replace(/<script\b[\s\S]*?<\/script>/gi, "");
    }

    const folded = (text) => text.replace(/<[^>]*>/g, "").replace(/\s+/g, " ").trim();

    /* Show where in the page the words of a segment stand, if they can be found there. */
    function point(segment) {
        const page = isOpen() && frames.length && frames[0].contentDocument;
        if (!page || !page.body || !segment) return;
        page.querySelectorAll("[data-desk-here]").forEach((old) => {
            old.style.outline = "";
            old.removeAttribute("data-desk-here");
        });
        const said = folded(desk.fieldOf(segment).value) ||
            folded(segment.querySelector(".desk-segment__text").textContent);
        if (!said) return;
        const place = smallest(page.querySelector("main") || page.body, said);
        if (!place) return;
        place.setAttribute("data-desk-here", "");
        place.style.outline = "3px solid #d98a1f";
        place.style.outlineOffset = "4px";
        const box = place.getBoundingClientRect();
        const height = frames[0].clientHeight;
        if (box.top < 40 || box.bottom > height - 40) {
            page.documentElement.scrollTop += box.top - height / 3;
        }
    }

    function smallest(element, said) {
        if (!folded(element.textContent).includes(said)) return null;
        for (const child of element.children) {
            const found = smallest(child, said);
            if (found) return found;
        }
        return element;
    }

    function toggle(open) {
        side.hidden = !open;
        sides.classList.toggle("desk-editor__sides--preview", open);
        opener.setAttribute("aria-expanded", String(open));
        try {
            localStorage.setItem(remembered, open ? "1" : "0");
        } catch (error) {
            // It opens as it likes next time.
        }
        if (open) {
            if (!frames.length) makeFrames();
            renew();
        }
    }

    document.addEventListener("desk:saved", () => renew());
    document.addEventListener("desk:focus", (event) => point(event.detail));
    document.addEventListener("desk:typed", () => {
        window.clearTimeout(waiting);
        waiting = window.setTimeout(renew, TYPING_MILLISECONDS);
    });

    opener.setAttribute("aria-controls", side.id);
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", (event) => {
        // With Ctrl a tab of its own, as without this script.
        if (event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        toggle(!isOpen());
    });
    document.addEventListener("keydown", (event) => {
        if (event.altKey && !event.shiftKey && !event.ctrlKey && event.code === "KeyP") {
            event.preventDefault();
            toggle(!isOpen());
        }
    });

    let wanted = null;
    try {
        wanted = localStorage.getItem(remembered);
    } catch (error) {
        // Then the width decides.
    }
    if (wide.matches && wanted !== "0") toggle(true);
})();
