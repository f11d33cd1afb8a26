from wagtail import hooks
from wagtail.snippets.models import register_snippet

from hub.thing_chooser import thing_chooser_viewset
from hub.viewsets import WordsGroup

register_snippet(WordsGroup)


@hooks.register("register_admin_viewset")
def register_thing_chooser():
    return thing_chooser_viewset
