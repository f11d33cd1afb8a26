import uuid

from django.db import models


class Generation(models.Model):
    """One row whose token changes with every change a reader could see.

    What a process keeps in memory (page frame, menus) is kept under the token it was built
    for, so that every process notices a change at its next request, for one small query.
    """

    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = "generation"

    def __str__(self):
        return str(self.token)

    @classmethod
    def current(cls) -> uuid.UUID | None:
        """The token of now; None before anything was published."""
        return cls.objects.filter(pk=1).values_list("token", flat=True).first()

    @classmethod
    def renew(cls) -> None:
        """Let everything kept in memory be built anew."""
        cls.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})
