"""`/<lang>/say/<code>/`: what a reader sends from a page, without an account and without a cookie.

The form stands at an address of its own that nobody may keep; cached pages only link to it. In
place of a CSRF cookie: the browser's own word on where the form came from, a signed time, and a
field that people never see.
"""

import hashlib
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django import forms
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from hub.frame import address_of, get_frame, language_of_path
from hub.languages import LANGUAGES
from hub.models import Helped, Message, Thing
from hub.page_links import LanguageLink
from hub.row_kinds import RowKind, row_kind

CODE = re.compile(r"[0-9A-Za-z]{1,12}")
SALT = "hub.say"
# Nobody reads and writes faster; and a form left open overnight still works.
LEAST_SECONDS, MOST_SECONDS = 2, 24 * 3600
# A long message comes back in full to be shortened; what is larger than this is not read.
MOST_BYTES = 200_000
MOST_LOOKED_FOR = 200
MOST_OF_A_SENTENCE = 1000
# For one page; far more than people send, far less than a program could.
MOST_AN_HOUR = 30


class TextField(forms.CharField):
    """Counts a new line as one character, as people do, not as the two that browsers send.

    No `maxlength`: a browser would silently cut what somebody pastes.
    """

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class SignedForm(forms.Form):
    """What every public form has in place of a cookie: the trap, and the time at which it was opened."""

    website = forms.CharField(
        label=_("Leave this field empty."),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    began = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        data = super().clean()
        self.began = data.get("began", "")
        if data.get("website"):
            raise forms.ValidationError(_("That looked like a program. Please send it again."))
        try:
            began = signing.loads(self.began, salt=SALT, max_age=MOST_SECONDS)
        except signing.BadSignature as error:
            # Whoever has waited once need not wait again.
            self.began = signed(time.time() - LEAST_SECONDS)
            raise forms.ValidationError(
                _("The form was open for too long. Your words are still here: send them again.")
            ) from error
        if time.time() - began < LEAST_SECONDS:
            raise forms.ValidationError(_("That was very fast. Please send it again."))
        return data

    def to_send_again(self) -> "SignedForm":
        """The same answers and complaints; the fields that no person fills in are put right."""
        self.data = {**self.data.dict(), "website": "", "began": self.began}
        return self


class HelpedForm(SignedForm):
    """Did this help? The answer is a button; the sentence beside it may stay empty."""

    answer = forms.CharField(label=_("Did this help?"), required=False)
    sentence = TextField(
        label=_("In a sentence: what helped, or what was missing?"),
        required=False,
        validators=[MaxLengthValidator(MOST_OF_A_SENTENCE)],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self):
        data = super().clean()
        if data.get("answer") not in Message.ANSWERS:
            raise forms.ValidationError(_("Choose an answer."))
        return data


class SayForm(SignedForm):
    """`kinds`: what may be said of this page, values of `Message.Kind`."""

    kind = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    text = TextField(
        label=_("Your message"),
        validators=[MaxLengthValidator(Message._meta.get_field("text").max_length)],
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your message.")},
    )
    reply_to = forms.EmailField(
        label=_("E-mail, if you want an answer"),
        required=False,
        max_length=Message._meta.get_field("reply_to").max_length,
        help_text=_("Not shown to others."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, capfirst(Message.Kind(kind).label)) for kind in kinds]


@dataclass(frozen=True)
class FormPage:
    """What base.html asks of a page, for an address that is none of the tree."""

    breadcrumbs: list
    language_links: list[LanguageLink]
    is_mirror: bool = False
    is_translation: bool = False


def signed(moment: float) -> str:
    return signing.dumps(moment, salt=SALT)


def is_from_here(request) -> bool:
    """Whether the browser says that the form was on this very site."""
    where = request.headers.get("Sec-Fetch-Site")
    if where is not None:
        return where in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def is_too_large(request) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > MOST_BYTES


def _surroundings(thing: Thing, query: str) -> dict:
    """What the form needs to know of its page. Raises Http404 when the page is not public yet."""
    here = translation.get_language()
    if row := row_kind(thing.kind):
        return _around_row(thing, row, query)
    pages = {
        language_of_path(page.url_path): page
        for page in Page.objects.filter(translation_key=thing.translation_key, live=True)
    }
    if not pages:
        raise Http404
    page = (pages.get(here) or next(iter(pages.values()))).specific
    # A page for members may be written about; its name is theirs.
    is_open = not get_frame(here).is_restricted(page.path)
    words = getattr(page, "words_language", here) if is_open else here
    about = {
        "title": page.title if is_open else "",
        "url": address_of(page.url_path),
        "lang": "" if words == here else words,
    }
    crumbs = [*get_frame(here).crumbs(page.path), about] if is_open else []
    links = [
        LanguageLink(
            one.code, one.name, f"/{one.code}/say/{thing.code}/{query}", one.code == here, True
        )
        for one in LANGUAGES
        if one.code in pages
    ]
    asks = getattr(page, "asks_if_it_helped", False)
    return {
        "about": about,
        "page": FormPage(crumbs, links),
        "kinds": _kinds(page),
        "asks_if_it_helped": asks,
    }


def _around_row(thing: Thing, row: RowKind, query: str) -> dict:
    """What the form needs to know of a thing that has no page."""
    here, title = translation.get_language(), row.title(thing)
    if not title:
        raise Http404
    about = {"title": title, "url": row.address(thing, here), "lang": ""}
    links = [
        LanguageLink(
            one.code, one.name, f"/{one.code}/say/{thing.code}/{query}", one.code == here, True
        )
        for one in LANGUAGES
    ]
    kinds = [Message.Kind.RELAY.value, Message.Kind.REPORT.value]
    return {"about": about, "page": FormPage([], links), "kinds": kinds, "asks_if_it_helped": False}


def _kinds(page) -> list[str]:
    """What may be said of a page (specific): a better wording of translations only."""
    kinds = [Message.Kind.FEEDBACK, Message.Kind.REPORT, Message.Kind.RELAY]
    if getattr(page, "is_translation", False):
        kinds.append(Message.Kind.WORDING)
    if getattr(page, "takes_searches", False):
        kinds.append(Message.Kind.LOOKED_FOR)
    return [kind.value for kind in kinds]


def _keep(thing: Thing, form: SayForm) -> bool:
    """Keep the message; a second press on the button changes nothing. False: too many came."""
    lately = Message.objects.filter(thing=thing, created_at__gt=timezone.now() - timedelta(hours=1))
    said = {name: form.cleaned_data[name] for name in ("kind", "text", "reply_to")}
    if lately.filter(**said).exists():
        return True
    if lately.count() >= MOST_AN_HOUR:
        return False
    with transaction.atomic():
        # Whoever passes it on writes their mail in the same transaction.
        Message.objects.create(thing=thing, language=translation.get_language(), **said)
    return True


def _count(thing: Thing, form: HelpedForm) -> bool:
    """Count an answer, and keep its sentence. False: too many came.

    A form counts once, whatever is pressed how often; another answer takes the place of the first.
    """
    answer, sentence = form.cleaned_data["answer"], form.cleaned_data["sentence"].strip()
    known = f"helped:{thing.pk}:{hashlib.sha256(form.began.encode()).hexdigest()}"
    code, now = translation.get_language(), timezone.now()
    of_this = {"thing": thing, "language": code}
    with transaction.atomic():
        Helped.objects.get_or_create(
            **of_this, defaults={"hour_began_at": now, "answered_on": timezone.localdate()}
        )
        row = Helped.objects.select_for_update().get(**of_this)
        before = cache.get(known)
        if before != answer:
            if row.hour_began_at < now - timedelta(hours=1):
                row.hour_began_at, row.in_this_hour = now, 0
            if row.in_this_hour >= MOST_AN_HOUR:
                return False
            row.in_this_hour += 1
            row.answered_on = timezone.localdate()
            setattr(row, answer, getattr(row, answer) + 1)
            if before:
                setattr(row, before, max(0, getattr(row, before) - 1))
            row.save()
        said = {**of_this, "kind": answer, "text": sentence}
        lately = Message.objects.filter(**said, created_at__gt=now - timedelta(hours=1))
        if sentence and not lately.exists():
            Message.objects.create(**said)
    cache.set(known, answer, MOST_SECONDS)
    return True


@csrf_exempt  # no cookie for readers: is_from_here() and the signed time stand in for the token
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def say(request, code):
    """Show the form; keep a good message and say so at the same address."""
    if not CODE.fullmatch(code):
        raise Http404
    thing = get_object_or_404(Thing, code=code.upper(), withdrawn_at=None)
    wanted, answer = request.GET.get("kind"), request.GET.get("answer")
    known = wanted if wanted in Message.Kind.values else ""
    answer = answer if answer in Message.ANSWERS else ""
    query = "&".join(f"{name}={one}" for name, one in (("kind", known), ("answer", answer)) if one)
    context = _surroundings(thing, f"?{query}" if query else "")
    kinds = context["kinds"]
    began = signed(time.time())
    first = {"kind": known if known in kinds else kinds[0], "began": began}
    empty = SayForm(kinds=kinds, initial=first)
    context["form"] = empty
    if context["asks_if_it_helped"] and first["kind"] == Message.Kind.FEEDBACK:
        context["helped"] = HelpedForm(
            initial={"answer": answer, "began": began}, auto_id="helped_%s"
        )
    if request.method != "POST":
        page = "hub/say_sent.html" if "sent" in request.GET else "hub/say.html"
        return render(request, page, context)
    if not is_from_here(request):
        raise PermissionDenied
    if is_too_large(request):
        return render(request, "hub/say.html", {**context, "is_too_large": True}, status=413)
    if "looked_for" in request.POST:
        # From a search that found nothing. Whether it is sent, the reader decides here.
        looked_for = request.POST["looked_for"].strip()[:MOST_LOOKED_FOR]
        empty = SayForm(kinds=kinds, initial={**first, "text": looked_for})
        return render(request, "hub/say.html", {**context, "form": empty})
    if "sentence" in request.POST and context["asks_if_it_helped"]:
        form, keep, name = HelpedForm(request.POST, auto_id="helped_%s"), _count, "helped"
    else:
        form, keep, name = SayForm(request.POST, kinds=kinds), _keep, "form"
    if form.is_valid():
        if keep(thing, form):
            return HttpResponseRedirect("?sent=1")
        form.add_error(None, _("Many messages came for this page. Please send yours in an hour."))
    context |= {name: form.to_send_again(), "wrong": form}
    return render(request, "hub/say.html", context, status=422)
