"""The page tree is looked over in one query, and nothing that treebeard finds is missed."""

import pytest
from django.db import transaction
from django.db.models import F
from wagtail.models import Page

from hub.page_tree import tree_problems
from tests.builders import shelf

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def taken_back(db):
    """What a test does to the tree is undone before the tree is looked at again."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def as_treebeard_finds_them() -> list[list[int]]:
    return [sorted(ids) for ids in Page.find_problems()]


def test_a_sound_tree_is_known_by_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not any(tree_problems())

    assert not any(as_treebeard_finds_them())


@pytest.mark.usefixtures("taken_back")
@pytest.mark.parametrize(
    ("kind", "harm"),
    [
        ("bad_letters", lambda page: {"path": page.path[:-1] + "?"}),
        ("bad_path", lambda page: {"path": page.path[:-1]}),
        ("bad_path", lambda page: {"path": page.path + "1"}),
        ("no_parent", lambda page: {"path": page.path[:-8] + "ZZZZ" + page.path[-4:]}),
        ("no_parent", lambda page: {"path": page.path + "00010001", "depth": page.depth + 2}),
        ("wrong_depth", lambda page: {"depth": 2}),
        ("wrong_depth", lambda page: {"path": "ZZZZ"}),
        ("wrong_number_of_children", lambda page: {"numchild": page.numchild + 1}),
        ("wrong_number_of_children", lambda page: {"path": "ZZZZ", "depth": 1, "numchild": 0}),
    ],
)
def test_each_kind_of_damage_is_found_as_treebeard_finds_it(kind, harm):
    page = shelf()
    Page.objects.filter(pk=page.pk).update(**harm(page))

    found = tree_problems()

    assert getattr(found, kind)
    assert [sorted(ids) for ids in found] == as_treebeard_finds_them()


@pytest.mark.usefixtures("taken_back")
def test_of_much_damage_each_page_is_named_once_as_treebeard_does():
    page = shelf()
    Page.objects.filter(path__startswith=page.path).update(numchild=F("numchild") + 1)
    Page.objects.filter(path__startswith=page.path, depth=page.depth + 1).update(depth=9)
    Page.objects.filter(pk=shelf(code="uk").pk).update(path=page.path[:-4] + "00Z")
    Page.objects.filter(pk=shelf(code="fi").pk).update(path=page.path[:-4] + "00Ä1")

    found = tree_problems()

    named = [pk for ids in found for pk in ids]
    assert len(named) == len(set(named)) > 3
    assert [sorted(ids) for ids in found] == as_treebeard_finds_them()
