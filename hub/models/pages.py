"""The base of every page: what all of them have, and how a page stands among its languages."""

from functools import cache, cached_property

from anyascii import anyascii
from django.conf import settings
from django.db import models, transaction
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PagePermissionTester, PageViewRestriction
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from hub.cards import Card
from hub.frame import address_of, get_frame, language_of_path
from hub.languages import LANGUAGES, language
from hub.models.things import Thing
from hub.page_form import FormFieldPanel, HubPageForm
from hub.page_links import Alternate, LanguageLink, Sibling
from hub.prepared import Prepared
from hub.structured_data import about


class HubPagePermissionTester(PagePermissionTester):
    """Wagtail's page rights, less what only the original may get.

    A page that is not the original is looked at here and worded at the translation desk; this
    holds for everybody, or hand edits and strings would part.
    """

    @property
    def is_original(self) -> bool:
        return not self.page.alias_of_id and self.page.is_original

    def can_edit(self):
        return self.is_original and super().can_edit()

    def can_publish(self):
        return self.is_original and super().can_publish()

    def can_unpublish(self):
        return self.is_original and super().can_unpublish()

    def can_delete(self, ignore_bulk=False):
        if not self.is_original:
            return False
        if self.user.is_active and not self.user.is_superuser and self.page.is_leaf():
            # Wagtail asks the database here, twice for each line of a list.
            may_write = "change" in self.permissions or (
                "add" in self.permissions and self.page.owner_id == self.user.pk
            )
            return may_write and ("publish" in self.permissions or not self.page.live)
        return super().can_delete(ignore_bulk)

    def can_move(self):
        return self.is_original and super().can_move()

    def can_copy(self):
        return self.is_original and super().can_copy()

    def can_set_view_restrictions(self):
        return self.is_original and super().can_set_view_restrictions()

    def can_lock(self):
        return self.is_original and super().can_lock()

    def can_unschedule(self):
        return self.is_original and super().can_unschedule()

    def can_submit_for_moderation(self):
        return self.is_original and super().can_submit_for_moderation()


@cache
def _family_of(model) -> Prepared:
    return Prepared(lambda key: _families(model).filter(translation_key=key).values_list(*_FAMILY))


@cache
def _families_of(model) -> Prepared:
    return Prepared(
        lambda keys: (
            _families(model)
            .filter(translation_key__in=keys)
            .values_list("translation_key", *_FAMILY)
        )
    )


_FAMILY = (
    *("url_path", "words_language", "code_of_thing", "original_of_thing"),
    "is_named",
)


def _families(model) -> models.QuerySet:
    thing = Thing.objects.filter(translation_key=models.OuterRef("translation_key"))
    ties = Thing.belongs_to.through.objects.filter(
        from_thing__translation_key=models.OuterRef("translation_key")
    )
    return (
        model.objects.filter(live=True)
        .order_by()
        .annotate(
            code_of_thing=models.Subquery(thing.values("code")),
            original_of_thing=models.Subquery(thing.values("original_locale__language_code")),
            is_named=models.Exists(ties),
        )
    )


class HubPage(Page):
    """A page of the hub.

    `section` (slug of the part of the site it stands in) and `kind` (what the thing is, for
    codes, covers and lists) are set by each class.
    """

    section = ""
    kind = "page"
    # Homes, sections, shelves, partner pages: real pages in every language, never mirrors.
    is_structure = False
    # Whether its words may be given to a translation service, where one is set up.
    machine_may_translate = True
    # What the author ticked in the editor, kept with the next draft.
    is_small_change: bool | None = None
    # Readers who searched in vain may tell this page what they looked for.
    takes_searches = False
    # Readers are asked whether it helped.
    asks_if_it_helped = False

    summary = models.TextField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences. They stand under the title and in lists."),
    )
    listing_picture = models.ForeignKey(
        "hub.Picture",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("picture in lists"),
        help_text=_("Without one, the hub draws a cover of rings."),
    )
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day a person last read this and found it right."),
    )
    partner = models.ForeignKey(
        "partners.Partner", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    # The language of the words that stand on the page: a mirror copies it from its source,
    # the first published translation changes it.
    words_language = models.CharField(max_length=12, blank=True, editable=False, db_index=True)

    # Wagtail's own title panel fills the slug while one types; here the form does, when it is saved.
    content_panels = [FieldPanel("title"), FieldPanel("summary")]
    promote_panels = [
        FieldPanel("slug"),
        MultiFieldPanel(
            [
                FieldPanel("search_description"),
                FieldPanel("listing_picture"),
                FieldPanel("checked_on"),
            ],
            heading=_("In lists and search engines"),
        ),
        FormFieldPanel("wanted_by"),
        FormFieldPanel("small_change"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]
    override_translatable_fields = [
        SynchronizedField("slug", overridable=False),
        SynchronizedField("show_in_menus", overridable=False),
        SynchronizedField("seo_title", overridable=False),
        SynchronizedField("checked_on", overridable=False),
        SynchronizedField("listing_picture", overridable=False),
    ]

    base_form_class = HubPageForm

    class Meta:
        abstract = True

    # --- keeping -------------------------------------------------------------------------------

    def save(self, *args, **kwargs):
        is_new = self._state.adding
        if not self.words_language:
            self.words_language = self.locale.language_code
        result = super().save(*args, **kwargs)
        if is_new and self.kind != "home":
            Thing.of(self, self.kind)
        return result

    def _set_core_field_defaults(self):
        # Every way of validating passes here, a draft's too. Wagtail's own way from a title to a
        # slug drops every letter that is not ASCII. Before the page has its place in the tree
        # nobody knows which slugs are free there.
        if not self.slug and self.title and self.path:
            self.slug = self._get_autogenerated_slug(slugify(anyascii(self.title)) or self.kind)
        super()._set_core_field_defaults()

    def save_revision(self, *args, **kwargs):
        with transaction.atomic():
            if self.is_small_change is not None:
                self.thing.small_change = self.is_small_change
                self.thing.save(update_fields=["small_change"])
            return super().save_revision(*args, **kwargs)

    def publish(self, revision, **kwargs):
        # Wagtail publishes and updates aliases in two steps; without one transaction around both,
        # what waits for the commit (mirrors, search rows, caches) would run between them.
        with transaction.atomic():
            # Wagtail reads the aliases and saves them a while later: one that became a translation
            # in between would be a mirror again. Whoever translates locks its page too.
            family = Page.objects.filter(translation_key=self.translation_key).order_by("pk")
            list(family.select_for_update().values_list("pk", flat=True))
            return super().publish(revision, **kwargs)

    def with_content_json(self, content):
        # Whose shelf it stands on no version of its words decides.
        version = super().with_content_json(content)
        version.partner_id = self.partner_id
        return version

    @cached_property
    def thing(self) -> Thing:
        """The row that stands for this page in all languages. Not for the homes, which have none."""
        return Thing.objects.select_related("original_locale").get(
            translation_key=self.translation_key
        )

    def permissions_for_user(self, user):
        return HubPagePermissionTester(user, self)

    @cached_property
    def is_original(self) -> bool:
        """The locale of the thing's original decides, nothing else. Each home is its own original."""
        if self.kind == "home":
            return True
        # Lists of the admin bring it along for all their pages.
        known = self.__dict__.get("known_original_locale")
        return (known or self.thing.original_locale_id) == self.locale_id

    def get_parent(self, *args, **kwargs):
        # A list of the admin that only says which page is above does not fetch it.
        known = self.__dict__.get("known_parent")
        if known and not args and not kwargs:
            path = self._get_basepath(self.path, self.depth - 1)
            return Page.from_db(self._state.db, ["id", "path"], [known, path])
        return super().get_parent(*args, **kwargs)

    @cached_property
    def scheduled_revision(self):
        # Nothing of the structure waits for an hour.
        return None if self.is_structure else Page.scheduled_revision.func(self)

    def get_admin_display_title(self):
        # Wagtail names the changed title of a live page in choosers that everybody opens.
        return self.title if self.live else self.draft_title or self.title

    @classmethod
    def can_create_at(cls, parent):
        """Items go on a shelf of their own section."""
        fits = getattr(parent, "shelf_section", cls.section) == cls.section
        return fits and super().can_create_at(parent)

    # --- languages -----------------------------------------------------------------------------

    @property
    def own_language(self):
        """The language of the tree this page stands in."""
        return language(language_of_path(self.url_path))

    @property
    def source_language(self):
        """The language of the words that are shown."""
        return language(self.words_language)

    @property
    def is_mirror(self) -> bool:
        """Shows another language's words, because this one's do not exist yet."""
        return self.words_language != self.own_language.code

    @property
    def is_translation(self) -> bool:
        """Shows its own language's words, and these are not the original."""
        return not self.is_mirror and self.own_language.code != self.original_code

    @cached_property
    def original_code(self) -> str:
        """The language in which the thing was first written; from where its code is known."""
        if self.kind == "home" or not self.pk:
            return self.own_language.code
        entry = get_frame(self.own_language.code).by_key.get(self.translation_key)
        if entry:
            return entry.original
        return self._family[0][3] if self._family else self.thing.original_locale.language_code

    @cached_property
    def _family(self) -> list[tuple[str, str, str, str, bool]]:
        """Path, language of the words, the thing's code, its original's language and whether other
        things name it, of each live page of this thing.
        """
        return _family_of(type(self))(self.translation_key)

    @cached_property
    def siblings(self) -> list[Sibling]:
        """The live pages of this thing in the site's languages: one query, none for the structure."""
        known = get_frame(self.own_language.code).siblings(self.translation_key)
        if not known:
            known = [
                (language_of_path(path), address_of(path), words)
                for path, words, *_of_thing in self._family
            ]
        by_code = {code: (url, words) for code, url, words in known}
        return [
            Sibling(one.code, one.name, *by_code[one.code])
            for one in LANGUAGES
            if one.code in by_code
        ]

    @property
    def is_named_by_others(self) -> bool:
        """Whether things of other rooms, such as events, name this one: no query more."""
        return bool(self._family and self._family[0][4])

    @property
    def language_links(self) -> list[LanguageLink]:
        here = self.own_language.code
        return [
            LanguageLink(s.code, s.name, s.url, s.code == here, s.translated) for s in self.siblings
        ]

    @property
    def alternates(self) -> list[Alternate]:
        """What hreflang may name: pages in their own words, and the address that chooses."""
        if self.is_mirror:
            return []
        own = [Alternate(s.code, s.url) for s in self.siblings if s.translated]
        return [*own, Alternate("x-default", self.permanent_url)]

    @property
    def canonical_url(self) -> str:
        """A mirror points to the page whose words it shows."""
        if self.is_mirror:
            for sibling in self.siblings:
                if sibling.code == self.words_language:
                    return sibling.url
        return self.get_url()

    @cached_property
    def code(self) -> str:
        """The short code of the thing; from memory for the structure, else with the siblings."""
        # Lists of the admin bring it along.
        if known := self.__dict__.get("known_code"):
            return known
        entry = get_frame(self.own_language.code).by_key.get(self.translation_key)
        if entry:
            return entry.code
        if self._family:
            return self._family[0][2]
        # A draft has no live page yet. What was never saved is being previewed, with a code that
        # nothing can have: there is no 0 among their letters.
        return self.thing.code if self.pk else "000000"

    @property
    def permanent_url(self) -> str:
        return f"/r/{self.code}/"

    # --- addresses, without asking the database --------------------------------------------------

    def get_url(self, request=None, current_site=None):
        return address_of(self.url_path) or super().get_url(request, current_site)

    url = property(get_url)

    def get_full_url(self, request=None):
        address = self.get_url(request)
        return settings.HUB_ADDRESS + address if address else None

    full_url = property(get_full_url)

    def get_view_restrictions(self):
        # The frame knows all restricted paths, so a public page costs no query.
        if not get_frame(self.own_language.code).is_restricted(self.path):
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    # --- showing ---------------------------------------------------------------------------------

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["section"] = self.section
        return context

    def serve_preview(self, request, mode_name):
        # What was never saved is previewed too; saving sets this otherwise.
        self.words_language = self.words_language or self.locale.language_code
        return super().serve_preview(request, mode_name)

    @cached_property
    def breadcrumbs(self) -> list:
        """From the section down to the parent; from memory."""
        return get_frame(self.own_language.code).crumbs(self.path)

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        return self._meta.verbose_name

    def facts(self) -> list[str]:
        """Short facts for lists (minutes, group, place), in the reader's language."""
        return []

    def card(self, languages=(), cover="") -> Card:
        """This page as it stands in lists.

        `languages`: codes in which the thing has its own words; `cover`: safe markup, drawn from
        rings when empty.
        """
        return Card.of_page(self, languages, cover)

    def searched_files(self) -> list[dict]:
        """Files whose text leads to this page: {"document": id, "title", "url"} each."""
        return []

    @classmethod
    def not_to_be_found(cls, pages: list) -> set[int]:
        """Ids of those of `pages` (live, of this class) that the search leaves out."""
        return set()

    def checks(self) -> list:
        """What readers would miss of this page: lines of its editor's checklist (hub.checklist)."""
        from hub.checklist import general_checks

        return general_checks(self)

    def record(self) -> dict:
        """The thing as plain data, in the words of this page; every machine format dresses it."""
        partner = self.partner
        return {
            "code": self.code,
            "kind": self.kind,
            "title": self.title,
            "language": self.words_language,
            "summary": self.summary,
            "description": self.search_description or self.summary,
            "url": self.canonical_url,
            "permanent_url": self.permanent_url,
            "languages": [s.code for s in self.siblings if s.translated],
            "partner": {"slug": partner.slug, "name": partner.name} if partner else None,
            "published": self.first_published_at.isoformat() if self.first_published_at else None,
            "modified": self.last_published_at.isoformat() if self.last_published_at else None,
            "checked_on": self.checked_on.isoformat() if self.checked_on else None,
        }

    def structured_data(self, context: dict) -> dict:
        """What search engines are told of this page, by schema.org; `context`: its template's."""
        return about(self, "CollectionPage" if self.kind in ("section", "shelf") else "WebPage")

    @classmethod
    def bring_for_records(cls, pages: list["HubPage"]) -> None:
        """Read what `record()` asks of these pages of one type (see hub.records), for all at once."""
        cls.bring_families(pages)
        models.prefetch_related_objects(pages, "partner")

    @classmethod
    def bring_families(cls, pages: list["HubPage"]) -> None:
        """What these pages know of their things' other languages and codes: one query for all."""
        by_key: dict = {}
        for key, *of_page in _families_of(cls)(sorted({page.translation_key for page in pages})):
            by_key.setdefault(key, []).append(tuple(of_page))
        for page in pages:
            page._family = by_key.get(page.translation_key, [])

    @classmethod
    def ties(cls, ids: list[int]) -> list[tuple[int, int, str]]:
        """Things that the pages `ids` of the structure name: (page, thing, as what). See `Frame`."""
        return []

    def why_translate_now(self) -> str:
        """A reason to translate this soon, in words, or nothing. Rooms with one say it."""
        return ""

    @classmethod
    def to_translate_soon(cls, at) -> models.QuerySet | None:
        """The pages of this class that cannot wait at `at` (aware datetime); None: it has none."""
        return None

    @property
    def cover_kind(self) -> str:
        """What its cover is coloured by."""
        return self.kind

    @property
    def cover_url(self) -> str:
        """The picture that others show beside a link to this page."""
        return f"{self.permanent_url}cover.jpg"

    @property
    def description_for_search_engines(self) -> str:
        return self.search_description or Truncator(self.summary).chars(160)
