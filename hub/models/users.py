from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Someone who signs in: partner librarian, translator, coordinator. Readers have no account."""
