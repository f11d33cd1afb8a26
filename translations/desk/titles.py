"""Looking for pages by a part of their title."""

from django.db.models import Q


def says(words: str) -> Q:
    """A condition on pages: the title says it. SQLite knows capital letters of ASCII alone."""
    condition = Q()
    for one in sorted({words, words.lower(), words.upper(), words.capitalize()}):
        condition |= Q(title__icontains=one)
    return condition
