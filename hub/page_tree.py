"""What is wrong with the page tree, found in one query."""

from collections import Counter
from typing import NamedTuple

from wagtail.models import Page


class TreeProblems(NamedTuple):
    """Ids of pages, by the first thing that is wrong with each."""

    bad_letters: list[int]
    bad_path: list[int]
    no_parent: list[int]
    wrong_depth: list[int]
    wrong_number_of_children: list[int]


def tree_problems() -> TreeProblems:
    """What treebeard's `Page.find_problems()` finds, which asks the database twice for each page."""
    found = TreeProblems([], [], [], [], [])
    step, letters = Page.steplen, set(Page.alphabet)
    pages = list(Page.objects.order_by("path").values_list("pk", "path", "depth", "numchild"))
    paths = {path for _pk, path, _depth, _children in pages}
    # A child counts also when its own path is too long by less than a step, as it does there.
    children = Counter(path[: (len(path) // step - 1) * step] for path in paths)
    for pk, path, depth, numchild in pages:
        if not letters.issuperset(path):
            found.bad_letters.append(pk)
        elif len(path) % step:
            found.bad_path.append(pk)
        elif len(path) > step and path[:-step] not in paths:
            found.no_parent.append(pk)
        elif depth != len(path) // step:
            found.wrong_depth.append(pk)
        elif numchild != children[path]:
            found.wrong_number_of_children.append(pk)
    return found
