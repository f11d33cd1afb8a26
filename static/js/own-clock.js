/* The reader's own clock, beside an hour that was said by the clock of a place: only where it
   differs. Without this the page says everything that matters. */

const page = document.documentElement.lang;
// The hub's English is Europe's.
const language = page === "en" ? "en-GB" : page;

for (const time of document.querySelectorAll("time[data-own-clock]")) {
    const said = time.getAttribute("datetime");
    const moment = new Date(said);
    const offset = said.match(/([+-])(\d\d):(\d\d)$/);
    if (isNaN(moment) || !offset) continue;
    const minutes = (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]));
    // Of the day itself: summer time counts.
    if (-moment.getTimezoneOffset() === minutes) continue;
    const there = new Date(moment.getTime() + minutes * 60000).getUTCDate();
    const shape = { hour: "2-digit", minute: "2-digit", hour12: false };
    if (moment.getDate() !== there) Object.assign(shape, { day: "numeric", month: "long" });
    const words = new Intl.DateTimeFormat(language, shape).format(moment);
    const note = document.createElement("p");
    note.className = "when__note";
    note.textContent = time.dataset.ownClock.replace("{time}", words);
    time.closest("p").after(note);
}
