from django.core.management.base import BaseCommand

from hub.search import lemmas


class Command(BaseCommand):
    help = "Makes the dictionaries that the search reduces words with; 20 s, once a version."
    requires_system_checks = []

    def handle(self, *args, **options):
        made = lemmas.build()
        if made:
            self.stdout.write(f"Dictionaries for {', '.join(made)}.")
