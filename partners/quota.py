"""How much room a partner's files may take, older versions included."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from hub.file_notes import file_size
from hub.models import Document, DocumentVersion
from hub.upload_rules import upload_rule

from .models import Partner


def used_bytes(partner: Partner) -> int:
    """Of all files in its collections, with the versions that are kept of them."""
    collections = [partner.collection_id, partner.private_collection_id]
    newest = Document.objects.filter(collection__in=collections)
    older = DocumentVersion.objects.filter(document__collection__in=collections)
    return (newest.aggregate(all=Sum("file_size"))["all"] or 0) + (
        older.aggregate(all=Sum("size_bytes"))["all"] or 0
    )


@upload_rule
def refuse_past_the_quota(collection, size_bytes: int) -> None:
    limit = settings.HUB_PARTNER_MEGABYTES * 1_000_000
    own = Q(collection=collection) | Q(private_collection=collection)
    partner = Partner.objects.filter(own).first() if limit else None
    if partner is None:
        return
    used = used_bytes(partner)
    if used + size_bytes > limit:
        raise ValidationError(
            _(
                "The files of %(partner)s take %(used)s of %(limit)s already, and this one has "
                "%(size)s. Delete files that nobody uses any more, or ask the coordinators for room."
            )
            % {
                "partner": partner.name,
                "used": file_size(used),
                "limit": file_size(limit),
                "size": file_size(size_bytes),
            },
            code="quota",
        )
