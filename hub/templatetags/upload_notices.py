from django import template

from hub.models import Document
from hub.upload_notices import stands_on

register = template.Library()


@register.simple_tag(takes_context=True)
def pages_with(context, thing):
    """Where a document stands, in a sentence; nothing for what is no document, or stands nowhere."""
    if not isinstance(thing, Document):
        return None
    return stands_on(thing, context["request"].user)
