from django.core.management.base import BaseCommand

from translations import mirrors, state


class Command(BaseCommand):
    help = "Makes missing mirrors and puts right what was left half-way. Safe to run twice."

    def handle(self, *args, **options):
        done = mirrors.repair()
        self.stdout.write(
            f"{done['made']} mirrors made, {done['moved']} moved, {done['removed']} removed; "
            f"{state.repair()} states added."
        )
