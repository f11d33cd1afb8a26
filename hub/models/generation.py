import uuid

from django.db import connection, models


class Generation(models.Model):
    """Rows whose tokens change: with everything a reader could see, the structure, the catalogue.

    What a process keeps in memory is kept under the token it was built for, so that every process
    notices a change at its next request, for one small query. The page frame goes by the
    structure's: an item that is published leaves it as it is. What the catalogue is counted from
    goes by its own.
    """

    EVERYTHING, STRUCTURE, CATALOGUE = 1, 2, 3

    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = "generation"

    def __str__(self):
        return str(self.token)

    @classmethod
    def tokens(cls) -> dict[int, object]:
        """The tokens of now by row, only to be compared; none before anything was published."""
        # Every request asks this: through the ORM it takes fifteen times as long.
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, token FROM hub_generation")
            return dict(cursor.fetchall())

    @classmethod
    def current(cls, row: int = EVERYTHING) -> object | None:
        """The token of one row."""
        return cls.tokens().get(row)

    @classmethod
    def renew(cls, *rows: int) -> None:
        """Let what is kept under these rows (all, if none is named) be built anew."""
        all_rows = (cls.EVERYTHING, cls.STRUCTURE, cls.CATALOGUE)
        for row in rows or all_rows:
            if not cls.objects.filter(pk=row).update(token=uuid.uuid4()):
                # The first change of all; two processes may be at it.
                cls.objects.bulk_create([cls(pk=one) for one in all_rows], ignore_conflicts=True)
