from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.users.models import UserProfile


class User(AbstractUser):
    """Someone who signs in: partner librarian, translator, coordinator. Readers have no account."""

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=~models.Q(email=""),
                name="one_mail_a_person",
                violation_error_message=_("Somebody else here has this e-mail address."),
            )
        ]
        permissions = [("forget_people", "Can see and erase all that is held about a person")]

    def save(self, *args, **kwargs):
        # An address says the same in small and capital letters; one signs in by it.
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def reads_in(self) -> str:
        """The code of the language they read the admin and their mails in."""
        profile = getattr(self, "wagtail_userprofile", None) or UserProfile(user=self)
        return profile.get_preferred_language()
