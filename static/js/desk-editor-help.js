/* What helps at the part one stands in: suggestions of the memory and questions, fetched when it
   gets the focus and shown below its field. */
(function () {
    "use strict";

    const desk = window.hubDesk;
    if (!desk) return;
    const PAUSE_MILLISECONDS = 150;
    const fetched = new Map();
    let waiting = 0;
    let open = null;

    function panelOf(segment) {
        return segment.querySelector(".desk-segment__help");
    }

    function show(segment, html) {
        if (open && open !== segment) {
            const old = panelOf(open);
            // Nothing that somebody has begun to ask is folded away.
            const begun = old && old.querySelector("textarea");
            if (old && !(begun && begun.value.trim())) old.remove();
        }
        open = segment;
        if (panelOf(segment)) return;
        const panel = document.createElement("div");
        panel.className = "desk-segment__help";
        panel.innerHTML = html;
        segment.append(panel);
    }

    async function help(segment) {
        const pk = segment.dataset.pk;
        if (!fetched.has(pk)) {
            try {
                const answer = await fetch(desk.addressOf(segment, "help/"), { credentials: "same-origin" });
                if (!answer.ok || answer.redirected) return;
                fetched.set(pk, await answer.text());
            } catch (error) {
                return;
            }
        }
        if (desk.current() === segment) show(segment, fetched.get(pk));
    }

    document.addEventListener("desk:focus", (event) => {
        window.clearTimeout(waiting);
        waiting = window.setTimeout(() => help(event.detail), PAUSE_MILLISECONDS);
    });

    // The first suggestion is Ctrl+Shift+1, by the place of the key: layouts differ.
    desk.form.addEventListener("keydown", (event) => {
        const segment = event.target.closest(".desk-segment");
        const digit = /^Digit([1-9])$/.exec(event.code);
        if (!segment || !digit || !event.ctrlKey || !event.shiftKey) return;
        const all = segment.querySelectorAll(".desk-segment__help .desk-suggestion__put");
        const chosen = all[Number(digit[1]) - 1];
        if (chosen) {
            event.preventDefault();
            desk.put(segment, chosen.dataset.putAll, true);
        }
    });

    desk.form.addEventListener("click", (event) => {
        const link = event.target.closest("a.desk-deed");
        const segment = link && link.closest(".desk-segment");
        if (!segment || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        desk.fieldOf(segment).focus();
        help(segment).then(() => {
            const field = segment.querySelector(".desk-segment__help textarea");
            if (field) field.focus();
        });
    });

    // A question is asked in place.
    document.getElementById("desk-ask").addEventListener("submit", async (event) => {
        const segment = event.submitter && event.submitter.closest(".desk-segment");
        if (!segment) return;
        event.preventDefault();
        const place = segment.querySelector(".desk-questions");
        const { status, data } = await desk.post(event.submitter.formAction, {
            question: place.querySelector("textarea").value,
        });
        if (status !== 200 && status !== 422) {
            desk.say(status === 0 ? desk.form.dataset.wordsOffline : desk.form.dataset.wordsFailed);
            return;
        }
        fetched.delete(segment.dataset.pk);
        place.outerHTML = data;
        segment.querySelector(".desk-segment__help textarea").focus();
    });
})();
