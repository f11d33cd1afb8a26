/* A list of the hub on another website: hub/embed.py puts what it says behind this function. */
(said) => {
    const make = (tag, name, words) => {
        const made = document.createElement(tag);
        made.className = name;
        made.textContent = words || "";
        return made;
    };
    const link = (name, url, words) => {
        const made = make("a", name, words);
        made.href = url;
        return made;
    };

    const list = make("section", "hub-embed");
    list.lang = said.lang;
    list.dir = said.dir;
    list.setAttribute("aria-label", said.heading);
    list.append(make("p", "hub-embed__heading", said.heading));
    if (said.lines.length) {
        const lines = make("ul", "hub-embed__lines");
        lines.setAttribute("role", "list");
        for (const line of said.lines) {
            const item = make("li", "hub-embed__line");
            const title = link("hub-embed__title", line.url, line.title);
            title.lang = line.lang;
            title.dir = line.dir;
            item.append(title, make("span", "hub-embed__note", line.note));
            lines.append(item);
        }
        list.append(lines);
    } else {
        list.append(make("p", "hub-embed__note", said.empty));
    }
    list.append(link("hub-embed__more", said.more_url, said.more));

    // The website's rules do not reach in and ours do not reach out; its custom properties do both.
    const place = document.createElement("div");
    const inside = place.attachShadow({ mode: "open" });
    try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(said.style);
        inside.adoptedStyleSheets = [sheet];
    } catch {
        // Safari before 16.4.
        inside.append(make("style", "", said.style));
    }
    inside.append(list);
    const script = document.currentScript;
    if (script && document.body && document.body.contains(script)) {
        script.after(place);
    } else {
        document.body.append(place);
    }
};
