import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from home.forget import erase, find, who
from hub.erase import CannotErase


class Command(BaseCommand):
    help = "Shows or erases all that the hub holds about a person. Backups are not touched."

    def add_arguments(self, parser):
        parser.add_argument("address", help="e-mail address")
        parser.add_argument(
            "--name",
            action="append",
            default=[],
            help="erase who has this name at an event too; may be given several times",
        )
        parser.add_argument(
            "--export", action="store_true", help="print it as JSON, and erase nothing"
        )

    def handle(self, *args, address, name, export, **options):
        try:
            sought = who(address, name)
            if export:
                data = find(sought).as_data()
                self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
                return
            number, places = erase(sought)
        except (CannotErase, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Erased or without the name: %(number)d") % {"number": number})
        for place in places:
            self.stdout.write(
                _("By hand: %(what)s “%(title)s” %(url)s")
                % {"what": place.what, "title": place.title, "url": place.url}
            )
