// The list of jobs renews itself while something is under way; the page works without it.
(() => {
    const SECONDS = 4;

    async function renew() {
        const shown = document.querySelector("[data-jobs][data-at-work]");
        if (!shown) return;
        // Whoever stands in it with the keyboard, or looks elsewhere, is left alone.
        if (!document.hidden && !shown.contains(document.activeElement)) {
            try {
                const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                const fresh = page.querySelector("[data-jobs]");
                if (fresh) shown.replaceWith(fresh);
            } catch {
                // The next try is as good.
            }
        }
        setTimeout(renew, SECONDS * 1000);
    }

    setTimeout(renew, SECONDS * 1000);
})();
