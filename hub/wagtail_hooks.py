from wagtail import hooks

from hub.thing_chooser import thing_chooser_viewset


@hooks.register("register_admin_viewset")
def register_thing_chooser():
    return thing_chooser_viewset
