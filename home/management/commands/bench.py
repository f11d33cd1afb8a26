from statistics import median

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from wagtail.models import Page

from home import bench
from home.bench_calendar import FEW as FEW_EVENTS
from home.bench_calendar import MANY as MANY_EVENTS
from home.bench_calendar import measure_calendar
from home.bench_catalogue import FEW as FEW_RESOURCES
from home.bench_catalogue import measure_catalogue
from home.bench_circle import FEW as FEW_SERVICES
from home.bench_circle import MANY as MANY_SERVICES
from home.bench_circle import measure_circle
from home.bench_desk import measure_editor
from home.bench_desk_lists import FEW, MANY, measure_desk
from home.bench_harvest import measure_harvest
from home.bench_mirrors import measure_mirrors
from home.bench_search import measure_search
from hub.languages import LANGUAGES

MOST, MOST_FIRST, MOST_SECONDS, MOST_FOR_PARTNER = 4, 2, 2, 3
MOST_FOR_MIRROR = 100
# Lists of the desk with ten times the things.
MOST_GROWTH = 3
# Of a list of services, however many there are.
MOST_QUERIES = 12
# A list with its search and its facets, of the bare search.
MOST_OF_SEARCH = 3
# Of a whole harvest; and what its last parts take of memory, of what the first did.
MOST_HARVEST_SECONDS, MOST_HARVEST_GROWTH = 60, 1.2
# How many times faster than Wagtail's own search over the same pages.
LEAST_OF_THEIR_SEARCH = {"sqlite": 40, "postgresql": 10}
# Of what wagtail-localize's own editor costs.
MOST_OF_THEIRS = {"open": 0.3, "save one": 1.0}


class Command(BaseCommand):
    help = (
        "Prints what pages cost the processor beside a plain view of the same template, first "
        "visits beside second ones, what publishing costs, and what a new partner costs. Changes "
        "nothing that stays."
    )

    def add_arguments(self, parser):
        codes = [one.code for one in LANGUAGES]
        parser.add_argument("--language", default="lv", choices=codes, help="whose tree to visit")
        parser.add_argument("--rounds", type=int, default=bench.ROUNDS)
        parser.add_argument("--partners", type=int, default=5, help="how many to make")
        parser.add_argument(
            "--only",
            choices=[
                "pages",
                "partners",
                "desk",
                "mirrors",
                "catalogue",
                "calendar",
                "circle",
                "search",
                "harvest",
            ],
            help="leave the rest out",
        )

    def handle(self, *args, language, rounds, partners, only, **options):
        if not Page.objects.filter(live=True, depth__gte=3).exists():
            raise CommandError("There are no pages: run `manage.py demo` first.")
        if only == "mirrors":
            self.mirrors(measure_mirrors(self.progress))
            return
        if only == "catalogue":
            self.catalogue(measure_catalogue(language, self.progress))
            return
        if only == "calendar":
            self.calendar(measure_calendar(language, self.progress))
            return
        if only == "circle":
            self.circle(measure_circle(language, self.progress))
            return
        if only == "search":
            self.search(measure_search(language, self.progress))
            return
        if only == "harvest":
            self.harvest(measure_harvest(self.progress))
            return
        visits = bench.visits(language, rounds, self.progress) if only in (None, "pages") else []
        publications = [] if only else bench.publications(self.progress)
        new_partners = (
            bench.new_partners(partners, self.progress) if only in (None, "partners") else []
        )
        editor = measure_editor(self.progress) if only in (None, "desk") else []
        desk_lists = measure_desk(self.progress) if only in (None, "desk") else []
        self.progress("")
        pages = Page.objects.filter(depth__gte=2).count()
        self.stdout.write(
            f"{pages} pages, {connection.vendor}. Milliseconds of this process's processor, medians;"
            " “!” marks what is above its limit.\n\n"
        )
        if visits:
            self.pages(visits)
        if publications:
            self.publishing(publications)
        self.partners(new_partners)
        self.editor(editor)
        self.desk_lists(desk_lists)

    def pages(self, visits) -> None:
        head = ("page", "SQL", "kB", "whole", "plain", "ratio", "first÷2nd", "new frame÷2nd")
        self.stdout.write("{:32}{:>5}{:>7}{:>8}{:>8}{:>8}{:>11}{:>15}".format(*head))
        for one in sorted(visits, key=lambda visit: -visit.ratio):
            self.stdout.write(
                f"{one.name:32}{one.queries:5}{one.kilobytes:7.1f}"
                f"{median(one.whole):8.1f}{median(one.plain):8.1f}"
                f"{one.ratio:7.2f}{self.mark(one.ratio, MOST)}"
                + (
                    f"{one.first_ratio:10.2f}{self.mark(one.first_ratio, MOST_FIRST)}"
                    if one.first_ratio
                    else f"{'–':>10} "
                )
                + f"{one.renewed_ratio:14.2f}{self.mark(one.renewed_ratio, MOST_FIRST)}"
            )

    def publishing(self, publications) -> None:
        self.stdout.write("\n{:38}{:>8}{:>9}{:>6}".format("publishing", "CPU", "seconds", "SQL"))
        for one in publications:
            self.stdout.write(
                f"{one.name:38}{one.cpu:8.0f}{one.seconds:8.2f}"
                f"{self.mark(one.seconds, MOST_SECONDS)}{one.queries:6}"
            )

    def partners(self, seconds) -> None:
        if seconds:
            self.stdout.write(
                f"\na new partner: {median(seconds):.2f} s of CPU in the median of {len(seconds)},"
                f" {max(seconds):.2f} at most{self.mark(max(seconds), MOST_FOR_PARTNER)}"
            )

    def editor(self, measured) -> None:
        if not measured:
            return
        head = ("the desk’s editor", "segments", "SQL", "ms", "theirs: SQL", "ms", "ratio")
        self.stdout.write("\n{:20}{:>9}{:>5}{:>8}{:>13}{:>8}{:>8}".format(*head))
        for one in measured:
            self.stdout.write(
                f"{one.name:20}{one.segments:9}{one.our_queries:5}{median(one.ours):8.1f}"
                f"{one.their_queries:13}{median(one.theirs):8.1f}"
                f"{one.ratio:8.2f}{self.mark(one.ratio, MOST_OF_THEIRS[one.name])}"
            )

    def desk_lists(self, measured) -> None:
        if not measured:
            return
        head = (f"{FEW} and {MANY} things", "SQL", "SQL", "ms", "ms", "ratio")
        self.stdout.write("\n{:30}{:>5}{:>5}{:>8}{:>8}{:>8}".format(*head))
        for one in measured:
            self.stdout.write(
                f"{one.name:30}{one.queries_few:5}{one.queries_many:5}"
                f"{one.few:8.1f}{one.many:8.1f}{one.ratio:8.2f}{self.mark(one.ratio, MOST_GROWTH)}"
            )

    def mirrors(self, cost) -> None:
        self.stdout.write(
            f"\n{cost.mirrors} mirrors beside {cost.site_pages} pages, each:"
            f" {cost.queries:.0f} statements{self.mark(cost.queries, MOST_FOR_MIRROR)},"
            f" {cost.cpu:.0f} ms of CPU, {cost.seconds * 1000:.0f} ms"
        )

    def catalogue(self, cost) -> None:
        self.progress("")
        self.stdout.write(
            f"{cost.things} things in the catalogue, {connection.vendor}. Milliseconds by the"
            " clock, medians; “!” marks what is above its limit.\n\n"
            f"“{cost.word}”, {cost.hits} hits: bare search {cost.bare:.1f},"
            f" results with all facets {cost.statements:.1f} in {cost.queries} statements,"
            f" ratio {cost.ratio:.2f}{self.mark(cost.ratio, MOST_OF_SEARCH)};"
            f" with its Python {cost.whole:.1f}\n"
            f"read anew after a change: {cost.built:.1f}"
        )
        head = (f"{FEW_RESOURCES} and {cost.things} things", "SQL", "ms", "ms", "ratio")
        self.stdout.write("\n{:30}{:>5}{:>8}{:>8}{:>8}".format(*head))
        for one in cost.lists:
            self.stdout.write(
                f"{one.name:30}{one.queries:5}"
                f"{one.few:8.1f}{one.many:8.1f}{one.ratio:8.2f}{self.mark(one.ratio, MOST_GROWTH)}"
            )

    def calendar(self, measured) -> None:
        self.progress("")
        self.stdout.write(
            f"{connection.vendor}. Milliseconds of this process's processor, medians of whole pages;"
            " “!” marks what is above its limit.\n"
        )
        head = (f"{FEW_EVENTS} and {MANY_EVENTS} events", "SQL", "SQL", "ms", "ms", "ratio")
        self.stdout.write("\n{:30}{:>5}{:>5}{:>8}{:>8}{:>8}".format(*head))
        for one in measured:
            self.stdout.write(
                f"{one.name:30}{one.queries_few:5}{one.queries_many:5}"
                f"{one.few:8.1f}{one.many:8.1f}{one.ratio:8.2f}{self.mark(one.ratio, MOST_GROWTH)}"
            )

    def circle(self, measured) -> None:
        self.progress("")
        self.stdout.write(
            f"{connection.vendor}. Milliseconds of this process's processor, medians of whole pages;"
            " “!” marks what is above its limit.\n"
        )
        head = (f"{FEW_SERVICES} and {MANY_SERVICES} services", "SQL", "ms", "ms", "ratio")
        self.stdout.write("\n{:30}{:>5}{:>8}{:>8}{:>8}".format(*head))
        for one in measured:
            self.stdout.write(
                f"{one.name:30}{one.queries:5}{self.mark(one.queries, MOST_QUERIES)}"
                f"{one.few:7.1f}{one.many:8.1f}{one.ratio:8.2f}{self.mark(one.ratio, MOST_GROWTH)}"
            )

    def search(self, cost) -> None:
        self.progress("")
        least = LEAST_OF_THEIR_SEARCH[connection.vendor]
        self.stdout.write(
            f"{cost.pages} pages of resources, {connection.vendor}. Milliseconds by the clock;"
            " “!” marks what misses its limit.\n\n"
            f"“{cost.word}”, {cost.hits} hits: all in order {cost.ids:.1f}, first results with"
            f" passages {cost.results:.1f} in {cost.queries} statements;\n"
            f"Wagtail's own, {cost.their_hits} results, asked once: {cost.theirs:.1f}"
            f" (its index took {cost.index_seconds:.0f} s)\n"
            f"ratio {cost.ratio:.1f}{self.mark(least, cost.ratio)},"
            f" with passages {cost.theirs / cost.results:.1f}"
        )
        self.stdout.write(f"entries found by their index: {'yes' if cost.by_index else 'no !'}")

    def harvest(self, harvest) -> None:
        self.progress("")
        first, last = harvest.peaks
        self.stdout.write(
            f"{harvest.records} records over /oai, {connection.vendor}: {harvest.seconds:.1f} s"
            f"{self.mark(harvest.seconds, MOST_HARVEST_SECONDS)} in {len(harvest.statements)} parts of"
            f" {max(harvest.statements)} statements at most;\n"
            f"memory {first / 1e6:.1f} MB in the first parts, {last / 1e6:.1f} MB in the last"
            f" {self.mark(last / first, MOST_HARVEST_GROWTH)}"
        )

    @staticmethod
    def mark(value: float, most: float) -> str:
        return "!" if value > most else " "

    def progress(self, line: str) -> None:
        """One line that renews itself on a terminal; nothing elsewhere, so that lines can be kept."""
        if self.stdout.isatty():
            self.stdout.write(f"\r\033[K{line}", ending="")
            self.stdout.flush()
