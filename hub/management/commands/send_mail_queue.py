from django.core.management.base import BaseCommand

from hub.mail_queue import send_due


class Command(BaseCommand):
    help = (
        "Sends the mails that are due. Safe to run twice at once. The worker does this by itself."
    )

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=500, help="at most so many (500)")

    def handle(self, *args, limit, **options):
        outcome = send_due(limit)
        self.stdout.write(f"{outcome.sent} mails sent, {outcome.failed} put off.")
