from django import template

from hub.checklist import Checklist, checklist_of
from hub.models import HubPage

register = template.Library()


@register.simple_tag
def publishing_checklist(page) -> Checklist | None:
    """The checklist of a page in its editor, worked out once; None for what has none."""
    if not isinstance(page, HubPage) or page.is_structure or page.kind == "home" or not page.pk:
        return None
    if "known_checklist" not in page.__dict__:
        page.known_checklist = checklist_of(page)
    return page.known_checklist
