import uuid

from django.db import connection, models


class Generation(models.Model):
    """Rows whose tokens change: one with everything a reader could see, one with the structure.

    What a process keeps in memory is kept under the token it was built for, so that every process
    notices a change at its next request, for one small query. The page frame goes by the
    structure's: an item that is published leaves it as it is.
    """

    EVERYTHING, STRUCTURE = 1, 2

    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = "generation"

    def __str__(self):
        return str(self.token)

    @classmethod
    def current(cls, row: int = EVERYTHING) -> object | None:
        """The token of now, only to be compared; None before anything was published."""
        # Every request asks this: through the ORM it takes fifteen times as long.
        with connection.cursor() as cursor:
            cursor.execute("SELECT token FROM hub_generation WHERE id = %s", [row])
            found = cursor.fetchone()
        return found[0] if found else None

    @classmethod
    def renew(cls, *rows: int) -> None:
        """Let what is kept under these rows (all, if none is named) be built anew."""
        for row in rows or (cls.EVERYTHING, cls.STRUCTURE):
            if not cls.objects.filter(pk=row).update(token=uuid.uuid4()):
                # The first change of all; two processes may be at it.
                both = [cls(pk=cls.EVERYTHING), cls(pk=cls.STRUCTURE)]
                cls.objects.bulk_create(both, ignore_conflicts=True)
