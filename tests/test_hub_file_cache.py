"""The cache that all processes of the hub share."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.file_cache import SharedFileCache


@pytest.fixture
def shared(tmp_path):
    return SharedFileCache(tmp_path / "cache", {"OPTIONS": {"MAX_ENTRIES": 1000}})


def test_of_many_who_take_a_lock_at_once_one_gets_it(shared):
    with ThreadPoolExecutor(8) as pool:
        for number in range(40):
            got = list(pool.map(lambda _one, n=number: shared.add(f"lock{n}", True), range(8)))
            assert got.count(True) == 1


def test_a_lock_is_free_again_when_its_time_is_over_or_it_is_given_back(shared):
    assert shared.add("brief", 1, timeout=0.01)
    assert shared.add("held", 1)

    shared.delete("held")

    assert shared.add("held", 2)
    assert shared.get("held") == 2
    while shared.has_key("brief"):
        pass
    assert shared.add("brief", 2)


def test_nothing_is_left_behind_by_who_came_second(shared, tmp_path):
    shared.add("lock", 1)
    shared.add("lock", 2)

    assert shared.get("lock") == 1
    assert len(list((tmp_path / "cache").iterdir())) == 1
