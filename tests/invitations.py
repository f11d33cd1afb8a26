"""Invitations as people meet them: the mail in the queue, its link, what the page behind it asks."""

import re

from django.test import Client

from hub.models import Mail

NEW = {
    "first_name": "Anna",
    "last_name": "Ozola",
    "password1": "zvaigžņu tilts 7",
    "password2": "zvaigžņu tilts 7",
    "language": "lv",
}


def link_to(address: str) -> str:
    """The path in the newest mail that waits for `address`."""
    mail = Mail.objects.filter(to=address).order_by("pk").last()
    return re.search(r"https?://[^/]+(/\S+)", mail.body).group(1)


def join(address: str, **more) -> Client:
    """Accept the newest invitation of `address` as somebody new."""
    client = Client()
    response = client.post(link_to(address), {**NEW, **more})
    assert response.status_code == 302, response.content.decode()
    return client
