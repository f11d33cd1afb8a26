from django.db import models
from django.utils.translation import gettext_lazy as _


class CertificateKey(models.Model):
    """A key under which certificates were given, by its fingerprint: so that its loss is noticed."""

    fingerprint = models.CharField(max_length=16, primary_key=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("key of certificates")
        verbose_name_plural = _("keys of certificates")

    def __str__(self):
        return self.fingerprint
