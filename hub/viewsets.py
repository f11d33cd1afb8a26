"""The screens of the controlled words, for coordinators and administrators."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import LocaleColumn
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from hub.models import Audience, SiteText, Topic


class WordViewSet(SnippetViewSet):
    """Wagtail's, less its breadcrumbs, which it words once, when the server starts, in English."""

    breadcrumbs_items = [{"url": reverse_lazy("wagtailadmin_home"), "label": _("Home")}]
    copy_view_enabled = False


class TopicViewSet(WordViewSet):
    model = Topic
    icon = "tag"
    list_display = ["title", "sentence", "slug", LocaleColumn(sort_key="locale__language_code")]
    list_filter = ["locale"]


class AudienceViewSet(WordViewSet):
    model = Audience
    icon = "group"
    list_display = ["title", "sentence", "slug", LocaleColumn(sort_key="locale__language_code")]
    list_filter = ["locale"]


class SiteTextViewSet(WordViewSet):
    model = SiteText
    icon = "pilcrow"
    list_display = ["statement", LocaleColumn(sort_key="locale__language_code")]


class WordsGroup(SnippetViewSetGroup):
    items = (TopicViewSet, AudienceViewSet, SiteTextViewSet)
    menu_label = _("Words")
    menu_name = "words"
    menu_icon = "tag"
    menu_order = 500
