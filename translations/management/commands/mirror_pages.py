from django.core.management.base import BaseCommand

from translations import mirrors, state
from translations.progress import Progress


class Command(BaseCommand):
    help = (
        "Makes missing mirrors and puts right what was left half-way. Safe to run twice; killed, "
        "the next run goes on."
    )

    def handle(self, *args, **options):
        done = mirrors.repair(say=Progress(self.stdout, "pages have their mirrors"))
        self.stdout.write(
            f"{done['made']} mirrors made, {done['moved']} moved, {done['removed']} removed; "
            f"{state.repair()} states added."
        )
