from django.core.management.base import BaseCommand

from home.due import keep_house


class Command(BaseCommand):
    help = (
        "Does everything that is due: scheduled publishing, retention, mirrors, checks. Safe to "
        "run twice at once. The worker does this each minute."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--night", action="store_true", help="now also what is done once a night"
        )

    def handle(self, *args, night, **options):
        for name, number in keep_house(night=night).items():
            self.stdout.write(f"{name}: {number}" if number else name)
