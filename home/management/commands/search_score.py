from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from home.search_set import FIRST, MUST, search_set
from hub import document_text
from hub.models import Thing

BESIDE = 10_000


class Command(BaseCommand):
    help = (
        "Prints how many queries of the search set find their page among the first three results, "
        f"with {BESIDE} resources beside (make_bulk --resources {BESIDE})."
    )

    def handle(self, *args, **options):
        kinds = ("guide", "material", "story", "kit")
        beside = Thing.objects.filter(kind__in=kinds, withdrawn_at=None).count()
        if beside < BESIDE:
            raise CommandError(
                f"There are {beside} resources here. A score says something only beside many: "
                f"manage.py make_bulk --resources {BESIDE}"
            )
        unread = document_text.unread().count()
        if unread:
            raise CommandError(
                f"Nobody has read {unread} files yet, and some queries ask for what is inside: "
                "manage.py work"
            )
        asked = search_set()
        found: Counter = Counter()
        for one in asked:
            rank = one.rank()
            if rank is not None and rank <= FIRST:
                found[one.how] += 1
            else:
                self.stdout.write(
                    f"{one.language} {one.typed!r} ({one.how}): {one.finds} is {rank}"
                )
        for how in dict.fromkeys(one.how for one in asked):
            number = sum(one.how == how for one in asked)
            self.stdout.write(f"{how}: {found[how]} of {number}")
        self.stdout.write(
            f"{found.total()} of {len(asked)} among the first {FIRST}, beside {beside} resources; "
            f"{MUST} are wanted."
        )
