"""What is no word (hours, dates, contacts, licence) reaches the translations with the original.

Words wait for a translator; an hour that changed must not. The counterparts of the structure
that still show the original's words follow those too, as mirrors do.
"""

from django.db import models, transaction
from django.dispatch import receiver
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_m2m_relations, get_serializable_data_for_fields
from wagtail.models import Page, TranslatableMixin
from wagtail.signals import page_published
from wagtail_localize.fields import SynchronizedField, get_translatable_fields

from hub.models import HubPage

from .mirrors import after_commit, is_original
from .state import fingerprint, strings_of

# The address of a language is its own once it is given.
KEPT = {"slug"}


@receiver(page_published)
def note_publication(sender, instance, **kwargs):
    if isinstance(instance, HubPage) and not instance.alias_of_id and instance.kind != "home":
        after_commit(follow_facts, instance.pk)


def follow_facts(pk: int) -> int:
    """Give the live counterparts of the original `pk` its facts; returns how many changed."""
    page = Page.objects.filter(pk=pk, live=True, alias_of=None).first()
    if page is None or not is_original(page):
        return 0
    original = page.specific
    changed = 0
    others = (
        type(original)
        .objects.filter(translation_key=page.translation_key, alias_of=None, live=True)
        .exclude(pk=pk)
    )
    for other in others:
        with transaction.atomic():
            if original.is_structure and other.is_mirror:
                new = _restated(original, other)
            else:
                new = _with_facts(original, other)
            if new is not None:
                new.save_revision(log_action=False).publish(log_action=False)
                changed += 1
    return changed


def _restated(original, other):
    """`other` with the original's words of now; None when they are the same."""
    if fingerprint(strings_of(original)) == fingerprint(strings_of(other)):
        return _with_facts(original, other)
    content = original.serializable_data()
    content.pop("wagtail_admin_comments", None)
    new = other.with_content_json(content)
    new.slug = other.slug
    new.set_url_path(other.get_parent())
    return new


def _with_facts(original, other):
    """`other` with the original's facts; None when they are the same."""
    changed = False
    for name, is_relation in _facts_of(type(original)):
        if is_relation:
            if _rows(original, name) != _rows(other, name):
                original.copy_child_relation(name, other)
                changed = True
        elif getattr(original, name) != getattr(other, name):
            setattr(other, name, getattr(original, name))
            changed = True
    for relation in get_all_child_m2m_relations(type(original)):
        chosen = getattr(original, relation.name).all()
        if set(chosen) != set(getattr(other, relation.name).all()):
            setattr(other, relation.name, chosen)
            changed = True
    return other if changed else None


def _facts_of(model) -> list[tuple[str, bool]]:
    """The synchronised fields of `model` that no language overrides: (attribute, is a relation)."""
    facts = []
    for translatable in get_translatable_fields(model):
        found = translatable.get_field(model)
        if translatable.field_name in KEPT or isinstance(found, models.ManyToManyField):
            continue
        if isinstance(found, models.ManyToOneRel):
            if isinstance(found.remote_field, ParentalKey) and not issubclass(
                found.related_model, TranslatableMixin
            ):
                facts.append((found.name, True))
        elif isinstance(translatable, SynchronizedField) and not translatable.overridable:
            facts.append((found.attname, False))
    return facts


def _rows(page, name: str) -> list[dict]:
    """What the rows of a relation say, without who they are."""
    said = [get_serializable_data_for_fields(row) for row in getattr(page, name).all()]
    return [{key: row[key] for key in row if key not in ("pk", "id", "page")} for row in said]
