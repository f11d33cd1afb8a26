/* How one works in the editor: the keys that save and lead on, the buttons at a segment, and the
   checks while one types. */
(function () {
    "use strict";

    const desk = window.hubDesk;
    if (!desk) return;
    const CHECK_MILLISECONDS = 700;

    desk.form.addEventListener("keydown", (event) => {
        const segment = event.target.closest(".desk-segment");
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            if (!segment || event.target !== desk.fieldOf(segment)) return;
            event.preventDefault();
            desk.save(segment);
            desk.go(desk.nextAfter(segment));
        }
    });

    // From anywhere on the page: the first press leads to the first part without words.
    document.addEventListener("keydown", (event) => {
        const isDown = event.key === "ArrowDown";
        if (!event.altKey || event.shiftKey || event.ctrlKey || !(isDown || event.key === "ArrowUp")) return;
        event.preventDefault();
        const here = desk.current();
        const there = here
            ? desk.segments[desk.segments.indexOf(here) + (isDown ? 1 : -1)]
            : desk.segments.find((one) => desk.fieldOf(one).value.trim() === "") || desk.segments[0];
        if (there) desk.go(there);
    });

    desk.form.addEventListener("click", (event) => {
        const pressed = event.target.closest("button");
        const segment = pressed && pressed.closest(".desk-segment");
        if (!segment) return;
        if (pressed.name === "then") {
            event.preventDefault();
            desk.save(segment);
            desk.go(desk.nextAfter(segment));
        } else if (pressed.name === "keep" || pressed.name === "confirm") {
            event.preventDefault();
            desk.save(segment, pressed.name).then((isKept) => isKept && desk.go(desk.nextAfter(segment)));
        } else if (pressed.dataset.putAll !== undefined) {
            event.preventDefault();
            desk.put(segment, pressed.dataset.putAll, true);
        } else if (pressed.dataset.put !== undefined) {
            desk.put(segment, pressed.dataset.put, false);
        }
    });

    // --- checks while one types -----------------------------------------------------------------

    const waiting = new Map();
    document.addEventListener("desk:typed", (event) => {
        const segment = event.detail;
        window.clearTimeout(waiting.get(segment));
        waiting.set(segment, window.setTimeout(() => check(segment), CHECK_MILLISECONDS));
    });

    async function check(segment) {
        const text = desk.fieldOf(segment).value;
        if (!desk.isUnsaved(segment)) return;
        const { status, data } = await desk.post(desk.addressOf(segment, "check/"), { words: text });
        if (status === 200 && desk.fieldOf(segment).value === text && desk.isUnsaved(segment)) {
            desk.showSentences(segment, data.errors, data.warnings);
        }
    }

    // --- the list of keys -----------------------------------------------------------------------

    const keys = document.getElementById("desk-keys");
    keys.hidden = false;
    document.addEventListener("keydown", (event) => {
        if (event.altKey && event.shiftKey && event.code === "KeyK") {
            event.preventDefault();
            keys.open = !keys.open;
            keys.querySelector("summary").focus();
        }
    });
})();
