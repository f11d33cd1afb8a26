"""What the table of permissions (docs/permissions.md) is tried on: things of two partners, and people.

What not everybody may know carries a secret word in its name; `SECRETS` says who may read which.
"""

import io
import json
from datetime import timedelta
from types import SimpleNamespace

import polib
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Page, Site, Task, UploadedFile, Workflow
from wagtail_localize.models import SegmentOverride

from circle.helper import FoundBy, Helper
from events.event_date import EventDate
from events.registrations.models import Needs, Participant, Registration, State
from home.models import PlainPage
from hub.models import Audience, Document, DocumentText, Message, Picture, SiteText, Topic
from hub.models.link_checks import LinkCheck
from partners.invitations import invite
from partners.models import Partner, PartnerPage
from partners.review import ensure_workflow
from resources.models import ResourceFile
from tests.builders import (
    in_language,
    locale,
    make_event,
    make_guide,
    make_reviewer,
    make_translator,
    make_user,
    shelf,
    state_of,
    thing_of,
    translate,
)
from tests.editing import (
    a_coordinator,
    a_publisher,
    an_administrator,
    an_author,
    signed_in,
)
from translations import work
from translations.editor.form import mark, words_of
from translations.exchange.po_files import po_of
from translations.files import overrides
from translations.models import Question
from translations.work import has_marks

A, B = "valmiera-library", "kardla-town-library"

DESK = ("translator", "reviewer", "coordinator")
OF_A, OF_B, OF_BOTH = "Vilkabele", "Rohuvaht", "Zilkalne"
# What somebody who comes to an event needs.
NEED = "Zemesriekstu"
# The words that each role must never meet, whatever it asks for.
SECRETS = {
    "anonymous": (OF_A, OF_B, OF_BOTH, NEED),
    "author of A": (OF_B, NEED),
    "publisher of A": (OF_B,),
    "author of B": (OF_A, NEED),
    "translator": (OF_A, OF_B, OF_BOTH, NEED),
    "reviewer": (OF_A, OF_B, OF_BOTH, NEED),
    "coordinator": (),
    "administrator": (),
}


def clients() -> dict[str, Client]:
    """One client for each role, signed in; those of the desk work in Ukrainian."""
    return {
        "anonymous": Client(),
        "author of A": an_author(A),
        "publisher of A": a_publisher(A),
        "author of B": an_author(B),
        "translator": signed_in(make_translator("uk")),
        "reviewer": signed_in(make_reviewer("uk")),
        "coordinator": a_coordinator(),
        "administrator": an_administrator(),
    }


def picture_file(name="picture.png") -> ContentFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name=name)


def text_file(name="words.txt") -> ContentFile:
    return ContentFile("Vārdi.".encode(), name=name)


def _document(title, collection) -> Document:
    return Document.objects.create(
        title=title,
        file=text_file(),
        language="lv",
        licence="CC-BY-4.0",
        collection=collection,
    )


def _picture(title, collection) -> Picture:
    return Picture.objects.create(title=title, file=picture_file(), collection=collection)


def _upload(model, file, user) -> UploadedFile:
    """A file of which the words still miss."""
    kind = ContentType.objects.get_for_model(model)
    return UploadedFile.objects.create(for_content_type=kind, file=file, uploaded_by_user=user)


def _things_of_the_desk(w: SimpleNamespace, a: Partner) -> None:
    """A page with a file, that nobody has translated yet; what comes back of it as PO files."""
    guide = make_guide("Ar failu", slug="ar-failu", publish=False)
    guide.files.add(ResourceFile(title="Karte", document=_document("Karte", a.collection)))
    guide.save_revision().publish()
    w.filed_code, w.shelf_code = thing_of(guide).code, thing_of(w.shelf).code
    w.own_documents, w.po = {}, {}
    for code in ("uk", "en"):
        document = _document(f"Karte {code}", a.collection)
        document.language = code
        document.save()
        w.own_documents[code] = document
        job = work.begin(thing_of(guide), locale(code))
        file = polib.pofile(po_of(job))
        file[0].msgstr = "Нове" if code == "uk" else "New"
        w.po[code] = str(file).encode()
    row = overrides.file_rows(job)[0]
    w.file_row = row.context_id
    SegmentOverride.objects.create(
        locale=locale("uk"),
        context_id=w.file_row,
        data_json=json.dumps(w.own_documents["uk"].pk),
    )
    # Another one to choose: what stands there already would be no change.
    other = _document("Karte, cita", a.collection)
    other.language = "uk"
    other.save()
    w.own_documents["uk"] = other


def _people_of_an_event(w: SimpleNamespace) -> None:
    """Somebody with a seat and needs at an event of A that is today, and somebody in line."""
    starts_at = timezone.now() - timedelta(hours=1)
    event = make_event(
        "Šodien",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=5),
        takes_registrations=True,
        seats=1,
    )
    w.date = EventDate.objects.get(thing=thing_of(event))
    for name, state in (("seated", State.SEATED), ("waiting", State.WAITING)):
        registration = Registration.objects.create(
            date=w.date, email=f"{state}@example.org", language="lv", confirmed_at=timezone.now()
        )
        person = Participant.objects.create(
            date=w.date,
            registration=registration,
            email=registration.email,
            name=f"{OF_A} {state}",
            state=state,
        )
        setattr(w, name, person)
    Needs.objects.create(
        registration=w.seated.registration, food=f"{NEED} alerģija", agreed_at=timezone.now()
    )


def make_world(people: dict[str, Client]) -> SimpleNamespace:
    """Things by the names that the table uses; what is a page or a row stands for its id there."""
    ensure_workflow()
    author, publisher = people["author of A"].user, people["publisher of A"].user
    a, b = Partner.objects.get(slug=A), Partner.objects.get(slug=B)
    w = SimpleNamespace(partner=a, other_partner=b)

    w.helper = Helper.objects.create(
        partner=a,
        found_by=FoundBy.PEOPLE,
        name=f"{OF_A} palīdzētāja",
        email="helper@example.org",
        language="lv",
        about=["talk"],
        spoken=["lv"],
        country="LV",
        offers="Sarunas.",
        until=timezone.localdate() + timedelta(days=30),
    )

    w.shelf = shelf(A)
    w.uk_shelf = shelf(A, "uk")
    w.partner_page = PartnerPage.objects.get(partner=a, locale__language_code="lv")
    w.home = Page.objects.get(depth=2, slug="home-lv")
    w.section = w.shelf.get_parent()
    w.about = next(page for page in PlainPage.objects.filter(slug="about") if page.is_original)

    w.draft = make_guide(f"{OF_A} melnraksts", publish=False, owner=author)
    w.draft.save_revision(user=author)
    w.live = make_guide("Tējas vakars", owner=author)
    w.first_revision = w.live.latest_revision
    english = translate(w.live, "en")
    job = translate(w.live, "uk", publish=False)
    segment = next(one for one in job.segments() if not has_marks(one))
    kept = mark(words_of(segment))
    w.words = {f"s{segment.pk}": "Нові слова", f"was{segment.pk}": kept, "deed": "save"}
    w.segment = job.segments().first()
    w.mark_in_ukrainian = mark(words_of(w.segment))
    w.mark_in_english = mark(words_of(english.segments().first()))
    w.question = Question.objects.create(
        thing=job.thing,
        locale=job.locale,
        about=w.segment.string.data,
        path="title",
        words="Який чай?",
        asked_by=people["translator"].user,
    )
    state = state_of(w.live, "uk")
    state.state = state.State.READY
    state.save()
    w.live.title = f"{OF_A} mainītais"
    w.revision = w.live.save_revision(user=author)
    w.live.refresh_from_db()
    w.mirror = in_language(w.live, "uk")
    w.translation = in_language(w.live, "en")
    w.reviewed = make_guide(f"{OF_A} apskatei", publish=False, owner=author)
    w.reviewed.save_revision(user=author)
    w.workflow_state = w.reviewed.get_workflow().start(w.reviewed, author)
    w.task_state = w.workflow_state.current_task_state
    w.task = w.task_state.task
    w.locked = make_guide(f"{OF_A} aizslēgtais", publish=False, owner=author)
    w.locked.locked, w.locked.locked_by = True, publisher
    w.locked.save()
    w.session = EditingSession.objects.create(
        user=author, content_object=w.draft, last_seen_at=timezone.now()
    )
    w.joint = make_guide(f"{OF_BOTH} kopīgais", publish=False, on=shelf(B, "et"))
    w.joint.name_co_owners([a])
    w.joint.save_revision()
    w.foreign = make_guide(f"{OF_B} mustand", publish=False, on=shelf(B, "et"))
    w.foreign.save_revision()
    w.foreign_shelf = shelf(B, "lv")

    _things_of_the_desk(w, a)
    _people_of_an_event(w)
    w.users = {role: getattr(client, "user", None) for role, client in people.items()}
    w.role = "anonymous"

    w.document = _document(f"{OF_A} fails", a.private_collection)
    w.first_page_mark = w.document.sha256[:8]
    DocumentText.objects.create(
        document=w.document, sha256=w.document.sha256, first_page=picture_file("first.webp")
    )
    w.public_document = _document("Paroļu lapa", a.collection)
    w.picture = _picture(f"{OF_A} attēls", a.private_collection)
    w.public_picture = _picture("Tējkanna", a.collection)
    w.rendition_name = w.picture.get_rendition("width-20").file.name.removeprefix("images/")
    w.foreign_document = _document(f"{OF_B} fail", b.private_collection)
    w.foreign_picture = _picture(f"{OF_B} pilt", b.private_collection)
    w.upload = _upload(Document, text_file(), author)
    w.picture_upload = _upload(Picture, picture_file(), author)
    w.private_collection, w.collection = a.private_collection, a.collection
    w.root_collection = Collection.get_first_root_node()

    w.topic = Topic.objects.filter(locale=locale("uk")).first()
    w.latvian_topic = Topic.objects.filter(locale=locale("lv")).first()
    w.audience = Audience.objects.filter(locale=locale("uk")).first()
    w.text = SiteText.objects.filter(locale=locale("uk")).first()
    w.locale = locale("fi")
    w.group = a.authors
    w.new_group = Group.objects.create(name="Group of the test")
    w.user = make_user("somebody-else")
    w.site = Site.objects.get()
    w.workflow = Workflow.objects.get(active=True)
    w.workflow_task = Task.objects.get(active=True)
    w.redirect = Redirect.add_redirect("/lv/old-tea/", w.live)
    w.thing = thing_of(w.live)
    w.code = w.thing.code
    w.draft_code = thing_of(w.draft).code
    w.message = Message.objects.create(
        thing=w.thing, kind=Message.Kind.FEEDBACK, language="lv", text=f"{OF_A} vēstule"
    )
    w.wording = Message.objects.create(
        thing=w.thing, kind=Message.Kind.WORDING, language="uk", text="Краще «кава»"
    )
    for name in ("author of A", "publisher of A", "author of B", *DESK, "administrator"):
        setattr(w, name.lower().replace(" ", "_"), people[name].user)
    w.invitation = invite(
        email="invited@example.org", roles=[f"author:{a.pk}"], language="lv", by=publisher
    )
    w.paused = Partner.objects.filter(is_example=True).first()
    Partner.objects.filter(pk=w.paused.pk).update(paused_at=timezone.now())
    w.link = LinkCheck.objects.create(
        page_id=w.live.pk, url="/lv/nowhere/", is_external=False, is_broken=True
    )
    return w
