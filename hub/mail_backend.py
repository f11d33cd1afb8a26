"""Django's way of sending mail, leading into the hub's queue: Wagtail's notices go the way of all mail."""

import logging

from django.contrib.auth import get_user_model
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from hub.mail_queue import queue

logger = logging.getLogger(__name__)


def language_of(address: str) -> str:
    """The language of whoever has this address: Wagtail has put its own back by the time it sends."""
    person = get_user_model().objects.filter(email=address.lower()).first()
    return person.reads_in if person else get_language()


class QueueBackend(BaseEmailBackend):
    """Queues the plain words for each recipient; Wagtail writes them in the recipient's language."""

    def send_messages(self, email_messages):
        queued = 0
        for message in email_messages:
            for address in message.recipients():
                try:
                    queue(address, message.subject, message.body, language_of(address))
                except ValueError:
                    # By its reason alone: the log is no place for addresses.
                    logger.warning("a mail has no proper address and is not sent")
                else:
                    queued += 1
        return queued
