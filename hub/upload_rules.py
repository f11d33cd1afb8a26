"""What rooms above have to say before bytes are kept, such as how much a partner may have."""

from collections.abc import Callable

_rules: list[Callable] = []


def upload_rule(rule: Callable) -> Callable:
    """Have `rule(collection, size_bytes)` called before so many bytes more go into a collection.

    It refuses by a ValidationError with a sentence.
    """
    _rules.append(rule)
    return rule


def obey(collection, size_bytes: int) -> None:
    for rule in _rules:
        rule(collection, size_bytes)
