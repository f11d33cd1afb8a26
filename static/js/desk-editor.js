/* The editor of the translation desk: saves a part while one goes on, and loses no words.

   On top of a form that works without it. Says what happens on `document` for the other scripts:
   desk:focus, desk:typed, desk:saved (detail: the segment's element). */
(function () {
    "use strict";

    const form = document.getElementById("desk-work");
    if (!form) return;
    const said = document.getElementById("desk-said");
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const segments = Array.from(form.querySelectorAll(".desk-segment"));
    const words = form.dataset;
    const RETRY_MILLISECONDS = 10000;
    const drafts = "desk:" + form.dataset.segments;
    const lost = new Set();
    let retry = 0;
    let leaves = false;

    const fieldOf = (segment) => segment.querySelector("textarea[name^=s]");
    const wasOf = (segment) => segment.querySelector("input[name^=was]");
    const isUnsaved = (segment) => segment.dataset.shown !== fieldOf(segment).value;
    const tell = (name, segment) => document.dispatchEvent(new CustomEvent(name, { detail: segment }));
    const addressOf = (segment, end) => words.segments + segment.dataset.pk + "/" + (end || "");

    const desk = (window.hubDesk = {
        form, segments, fieldOf, wasOf, isUnsaved, addressOf, post, put, save, go, nextAfter, showSentences,
        current: () => document.activeElement && document.activeElement.closest(".desk-segment"),
        say: (sentence) => { said.textContent = sentence; },
    });

    /* Answers { status, data }; status 0: no connection, 401: signed out. */
    async function post(address, data) {
        let answer;
        try {
            answer = await fetch(address, {
                method: "POST",
                body: new URLSearchParams(data),
                headers: { "X-CSRFToken": token, "X-Requested-With": "fetch", Accept: "application/json" },
                credentials: "same-origin",
            });
        } catch (error) {
            return { status: 0, data: {} };
        }
        if (answer.redirected || answer.status === 403) return { status: 401, data: {} };
        const isData = (answer.headers.get("Content-Type") || "").includes("json");
        return { status: answer.status, data: isData ? await answer.json() : await answer.text() };
    }

    // --- what stands at a segment ---------------------------------------------------------------

    function showSentences(segment, errors, warnings) {
        const place = segment.querySelector(".desk-segment__says");
        place.replaceChildren(
            ...errors.map((sentence) => paragraph(sentence, "error")),
            ...warnings.map((sentence) => paragraph(sentence, "warning"))
        );
        const field = fieldOf(segment);
        if (errors.length) field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
        segment.classList.toggle("desk-segment--wrong", errors.length > 0);
    }

    function paragraph(sentence, kind) {
        const element = document.createElement("p");
        element.className = "desk-segment__" + kind;
        element.textContent = sentence;
        return element;
    }

    function showProgress(progress) {
        document.getElementById("desk-done").textContent = progress.sentence;
        document.getElementById("desk-progress").value = progress.percent;
        const badge = document.getElementById("desk-state");
        badge.textContent = progress.state_title;
        badge.className = "desk-badge desk-badge--" + progress.state;
        const isComplete = progress.done === progress.total;
        ["desk-incomplete", "desk-partly"].forEach((id) => {
            const element = document.getElementById(id);
            if (element) element.hidden = isComplete;
        });
        if (isComplete) desk.say(words.wordsFinished);
    }

    function showUnsaved(segment) {
        const unsaved = isUnsaved(segment);
        segment.classList.toggle("desk-segment--unsaved", unsaved);
        const note = segment.querySelector(".desk-segment__unsaved");
        if (unsaved && !note) {
            const element = document.createElement("span");
            element.className = "desk-segment__unsaved";
            element.textContent = words.wordsUnsaved;
            segment.querySelector(".desk-segment__foot").prepend(element);
        } else if (!unsaved && note) note.remove();
    }

    /* Put words where the cursor is, or instead of all of the field. */
    function put(segment, text, instead) {
        const field = fieldOf(segment);
        field.focus();
        if (instead) field.select();
        // So that the browser's own "undo" knows of it.
        if (!document.execCommand("insertText", false, text)) {
            field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
            field.dispatchEvent(new Event("input", { bubbles: true }));
        }
    }

    // --- saving ---------------------------------------------------------------------------------

    async function save(segment, deed) {
        const field = fieldOf(segment);
        const sent = field.value;
        if (!deed && !isUnsaved(segment)) return true;
        segment.setAttribute("aria-busy", "true");
        desk.say(words.wordsSaving);
        const data = { words: sent, was: wasOf(segment).value };
        if (deed) data.deed = deed;
        const { status, data: answer } = await post(addressOf(segment), data);
        segment.removeAttribute("aria-busy");
        if (status === 200) {
            kept(segment, answer, sent, deed);
            return true;
        }
        if (status === 409) askWhose(segment, answer);
        else if (status === 422) {
            showSentences(segment, answer.errors, answer.warnings || []);
            desk.say(answer.errors.join(" "));
            if (mayLead()) go(segment);
        } else {
            const sentence = status === 0 ? words.wordsOffline : status === 401 ? words.wordsSignedOut : words.wordsFailed;
            showSentences(segment, [sentence], []);
            desk.say(sentence);
            if (status === 0 && !deed) tryAgain(segment);
        }
        return false;
    }

    function kept(segment, answer, sent, deed) {
        lost.delete(segment);
        answer.same.forEach((pk) => {
            const one = document.getElementById("s" + pk);
            const field = fieldOf(one);
            // What was typed on while it was being saved stays.
            const typedOn = one === segment ? !deed && field.value !== sent : isUnsaved(one);
            wasOf(one).value = answer.was;
            one.dataset.shown = answer.words;
            if (!typedOn) field.value = answer.words;
            one.classList.toggle("desk-segment--done", answer.is_done);
            one.querySelectorAll("[name=keep]").forEach((button) => { button.hidden = answer.is_done; });
            if (!answer.is_machine) one.querySelectorAll(".desk-badge--machine, [name=confirm]").forEach((old) => old.remove());
            if (answer.is_done) one.querySelectorAll(".desk-former").forEach((old) => { old.hidden = true; });
            showSentences(one, [], answer.warnings);
            showUnsaved(one);
        });
        desk.say(words.wordsSaved);
        showProgress(answer.progress);
        keepDrafts();
        tell("desk:saved", segment);
    }

    function askWhose(segment, answer) {
        showSentences(segment, [answer.sentence], []);
        desk.say(answer.sentence);
        const choice = document.createElement("p");
        choice.className = "desk-segment__choice";
        choice.append(
            button(words.wordsTheirs, () => {
                fieldOf(segment).value = answer.theirs;
                segment.dataset.shown = answer.theirs;
                wasOf(segment).value = answer.was;
                segment.classList.toggle("desk-segment--done", answer.theirs !== "");
                showSentences(segment, [], []);
                showUnsaved(segment);
                keepDrafts();
                fieldOf(segment).focus();
            }),
            button(words.wordsMine, () => {
                wasOf(segment).value = answer.was;
                fieldOf(segment).focus();
                save(segment);
            })
        );
        segment.querySelector(".desk-segment__says").append(choice);
        if (mayLead()) choice.firstChild.focus();
    }

    /* Nobody is led back to a refused part who has begun to type in the next one. */
    function mayLead() {
        const here = desk.current();
        return !here || !isUnsaved(here) || here.classList.contains("desk-segment--wrong");
    }

    function button(label, deed) {
        const element = document.createElement("button");
        element.type = "button";
        element.className = "desk-deed";
        element.textContent = label;
        element.addEventListener("click", deed);
        return element;
    }

    function tryAgain(segment) {
        lost.add(segment);
        if (!retry) retry = window.setInterval(saveLost, RETRY_MILLISECONDS);
    }

    async function saveLost() {
        for (const segment of Array.from(lost)) {
            if (!(await save(segment))) return;
            lost.delete(segment);
        }
        window.clearInterval(retry);
        retry = 0;
    }

    // --- words not saved ------------------------------------------------------------------------

    /* In this tab alone, which a shared computer forgets: a crash or a reload brings them back. */
    function keepDrafts() {
        const unsaved = {};
        segments.filter(isUnsaved).forEach((one) => { unsaved[one.dataset.pk] = [fieldOf(one).value, wasOf(one).value]; });
        try {
            if (Object.keys(unsaved).length) sessionStorage.setItem(drafts, JSON.stringify(unsaved));
            else sessionStorage.removeItem(drafts);
        } catch (error) {
            // A full or closed storage takes nothing away from the page itself.
        }
    }

    function restoreDrafts() {
        let unsaved = {};
        try {
            unsaved = JSON.parse(sessionStorage.getItem(drafts) || "{}");
        } catch (error) {
            return;
        }
        let restored = 0;
        Object.entries(unsaved).forEach(([pk, [text, was]]) => {
            const segment = document.getElementById("s" + pk);
            if (!segment || fieldOf(segment).value === text || isUnsaved(segment)) return;
            fieldOf(segment).value = text;
            // With the old mark: what a colleague saved meanwhile is asked about.
            wasOf(segment).value = was;
            showUnsaved(segment);
            restored += 1;
        });
        if (restored) desk.say(words.wordsKept);
    }

    // --- going on -------------------------------------------------------------------------------

    function go(segment) {
        if (!segment) {
            // After the last part comes what one does with all of them.
            const deed = form.querySelector("[value=ready], .desk-bar [value=publish]");
            if (deed) deed.focus();
            return;
        }
        const field = fieldOf(segment);
        field.focus({ preventScroll: true });
        field.setSelectionRange(field.value.length, field.value.length);
        const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
        segment.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    }

    /* The next without words, going round once; else the next at all. */
    function nextAfter(segment) {
        const place = segments.indexOf(segment);
        const round = segments.slice(place + 1).concat(segments.slice(0, place));
        return round.find((one) => fieldOf(one).value.trim() === "") || segments[place + 1];
    }

    // --- typing ---------------------------------------------------------------------------------

    segments.forEach((segment) => {
        segment.dataset.shown = fieldOf(segment).value;
        fieldOf(segment).addEventListener("input", () => {
            showUnsaved(segment);
            keepDrafts();
            tell("desk:typed", segment);
        });
        fieldOf(segment).addEventListener("focus", () => tell("desk:focus", segment));
    });
    // Words that were refused stand in their field and are not saved yet.
    segments.forEach((segment) => {
        if (fieldOf(segment).getAttribute("aria-invalid")) {
            segment.dataset.shown = "\u0000";
            showUnsaved(segment);
        }
    });

    window.addEventListener("beforeunload", (event) => {
        if (!leaves && segments.some(isUnsaved)) event.preventDefault();
    });
    window.addEventListener("online", saveLost);
    form.addEventListener("submit", (event) => {
        // The form carries all words along; the preview opens beside and leaves nothing.
        const pressed = event.submitter;
        leaves = !(pressed && pressed.formTarget === "_blank");
    });
    window.addEventListener("pageshow", () => { leaves = false; });

    restoreDrafts();
})();
