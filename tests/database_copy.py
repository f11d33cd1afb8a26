"""A copy of the test database, which other processes may write to, and be killed while they do."""

import sqlite3
from contextlib import closing, contextmanager

import psycopg2
from django.db import connection

from tests import plumbing


def a_copy(folder):
    """A context: the copy's `DATABASE_URL`, and a function that connects to it; gone afterwards."""
    return _sqlite_copy(folder) if connection.vendor == "sqlite" else _postgres_copy()


@contextmanager
def _sqlite_copy(folder):
    path = folder / "copy.sqlite3"
    ours, copy = sqlite3.connect(connection.settings_dict["NAME"]), sqlite3.connect(path)
    with closing(ours), closing(copy):
        ours.backup(copy)
    yield f"sqlite:///{path}", lambda: sqlite3.connect(path)


@contextmanager
def _postgres_copy():
    given = connection.settings_dict
    place = {"host": given["HOST"] or None, "port": given["PORT"] or 5432, "user": given["USER"]}
    place = {**place, "password": given["PASSWORD"] or None}
    name = f"{given['NAME']}_killed"
    with closing(psycopg2.connect(dbname="postgres", **place)) as server:
        server.autocommit = True
        with closing(server.cursor()) as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{given["NAME"]}"')
            try:
                url = plumbing.database_url(place, name)
                yield url, lambda: psycopg2.connect(dbname=name, **place)
            finally:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
