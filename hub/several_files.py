"""Several files at once, `/admin/files/several/`: what they have in common is said once, then each is put right.

Without a script, beside Wagtail's own screen: the files stand as soon as they are sent, with the common words.
"""

from pathlib import Path

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.documents.forms import get_document_form
from wagtail.documents.permissions import permission_policy
from wagtail.log_actions import log

from hub.document_facts import MEDIA_TYPES
from hub.file_notes import file_note, file_size
from hub.models import Document
from hub.upload_forms import DocumentForm, SafeDocumentField

MOST_FILES = 50
FILES = "files"
COMMON = ("language", "licence", "collection")
OWN = ("title", "language", "licence", "text_alternative")


def several_files_urls() -> list:
    return [
        path("files/several/", send, name="hub_several_files"),
        path("files/words/", words, name="hub_words_of_files"),
    ]


def common_form(user, data=None) -> DocumentForm:
    """The hub's form for documents, less what each file has for itself."""
    form = get_document_form(Document)(data, user=user)
    for name in set(form.fields) - set(COMMON):
        del form.fields[name]
    form.order_fields(COMMON)
    # Else a browser would let somebody choose two hundred megabytes first.
    form.use_required_attribute = True
    return form


@require_http_methods(["GET", "HEAD", "POST"])
def send(request):
    """Each file is judged by itself: those that are refused are named, the others stand."""
    if not permission_policy.user_has_permission(request.user, "add"):
        raise PermissionDenied
    if request.method != "POST":
        return _send_page(request, common_form(request.user))
    form = common_form(request.user, request.POST)
    uploads = request.FILES.getlist(FILES)
    if not form.is_valid() or not uploads or len(uploads) > MOST_FILES:
        return _send_page(request, form, wrong=_wrong_number(len(uploads)))
    documents, refused = [], []
    for upload in uploads:
        one = _document_form(request, upload)
        if one.is_valid():
            documents.append(_keep(one, request.user))
        else:
            refused.append((upload.name, _sentences(one)))
    if not documents:
        return _send_page(request, form, refused=refused)
    for name, sentences in refused:
        messages.error(request, format_html("{}: {}", name, sentences))
    number = len(documents)
    sentence = ngettext("%(number)d file is here.", "%(number)d files are here.", number)
    messages.success(request, sentence % {"number": number})
    ids = urlencode({"id": [one.pk for one in documents]}, doseq=True)
    return redirect(f"{reverse('hub_words_of_files')}?{ids}")


def _wrong_number(number: int) -> str:
    if number > MOST_FILES:
        return _("These are %(number)d files; %(most)d are taken at once. Nothing was kept.") % {
            "number": number,
            "most": MOST_FILES,
        }
    return "" if number else _("Choose at least one file.")


def _document_form(request, upload: UploadedFile) -> DocumentForm:
    """Every guard in it; the title is the name of the file till somebody gives it one."""
    title = Path(upload.name).stem.replace("_", " ").strip() or upload.name
    said = {name: request.POST.get(name) for name in COMMON}
    return get_document_form(Document)(
        {**said, "title": title[: Document._meta.get_field("title").max_length]},
        {"file": upload},
        user=request.user,
    )


def _keep(form: DocumentForm, user) -> Document:
    form.instance.uploaded_by_user = user
    with transaction.atomic():
        document = form.save()
        log(document, "wagtail.create", user=user)
    return document


def _sentences(form: forms.Form) -> str:
    return " ".join(str(words) for errors in form.errors.values() for words in errors)


def _send_page(request, form: DocumentForm, wrong: str = "", refused=()):
    limit = SafeDocumentField().max_upload_size
    context = {
        "form": form,
        "accept": ",".join(MEDIA_TYPES),
        "wrong": wrong,
        "refused": refused,
        "most_files": MOST_FILES,
        "most_size": file_size(limit) if limit else "",
    }
    return render(request, "hub/admin/several_files.html", context)


# --- their words ------------------------------------------------------------------------------


class WordsForm(forms.ModelForm):
    class Meta:
        model = Document
        fields = OWN
        widgets = {"text_alternative": forms.Textarea({"rows": 2})}

    @property
    def note(self) -> str:
        one = self.instance
        return file_note(one.format, one.page_count, one.size_bytes)


@require_http_methods(["GET", "HEAD", "POST"])
def words(request):
    """Title, language, licence and text alternative of the files that `?id=` names, in one form."""
    documents = _chosen(request)
    sent = request.POST if request.method == "POST" else None
    word_forms = [
        WordsForm(sent, instance=one, prefix=f"doc-{one.pk}", use_required_attribute=True)
        for one in documents
    ]
    if sent is not None:
        # Each form is asked, so that each shows what is wrong with it.
        sound = [form.is_valid() for form in word_forms]
        if all(sound):
            _save_words(word_forms, request.user)
            messages.success(request, _("Saved."))
            return redirect("wagtaildocs:index")
        messages.error(request, _("Please look at this again"))
    context = {"forms": word_forms, "back_url": reverse("hub_several_files")}
    return render(request, "hub/admin/words_of_files.html", context)


def _chosen(request) -> list[Document]:
    """Those of the named files that this person may change; 404 without any."""
    ids = [int(one) for one in request.GET.getlist("id") if one.isascii() and one.isdigit()]
    ids = [one for one in ids if one < 2**31][:MOST_FILES]
    mine = permission_policy.instances_user_has_permission_for(request.user, "change")
    found = list(mine.filter(pk__in=ids).order_by("pk"))
    if not found:
        raise Http404
    return found


@transaction.atomic
def _save_words(word_forms: list[WordsForm], user) -> None:
    for form in word_forms:
        if form.has_changed():
            log(form.save(), "wagtail.edit", user=user)
