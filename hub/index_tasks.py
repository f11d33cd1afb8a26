"""Wagtail's own index tasks run at once; who writes much at a time has each page indexed once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id

_gathered: ContextVar[dict | None] = ContextVar("hub_gathered_index_tasks", default=None)


@contextmanager
def indexed_at_the_end() -> Iterator[None]:
    """Run each index task that comes up meanwhile once, at the end; none if it ends in an error.

    Wagtail saves a page four times until it is live, and each time weighs the titles of all pages.
    """
    if _gathered.get() is not None:
        yield
        return
    tasks: dict = {}
    token = _gathered.set(tasks)
    try:
        yield
    finally:
        _gathered.reset(token)
    for task, args in tasks:
        task.enqueue(*args)


class IndexBackend(ImmediateBackend):
    """Runs a task at once, unless it is gathered."""

    def enqueue(self, task, args, kwargs):
        gathered = _gathered.get()
        if gathered is None or kwargs:
            return super().enqueue(task, args, kwargs)
        gathered[task, tuple(args)] = True
        return TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
