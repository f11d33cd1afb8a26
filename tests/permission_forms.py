"""What is sent through the doors of docs/permissions.md, by the names used there."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from resources.imports import kept as imports_kept
from resources.imports.plan import make_plan
from tests.editing import empty_sets, guide_form
from tests.permission_world import picture_file, text_file
from translations.editor.form import mark
from translations.exchange import kept_uploads


def _new_user(world):
    return {
        "username": "new-person",
        "email": "new@example.org",
        "first_name": "New",
        "last_name": "Person",
        "password1": "sap-and-birch-9",
        "password2": "sap-and-birch-9",
        "is_active": "on",
    }


def _group(world):
    sets = empty_sets(
        "page_permissions",
        "collection_permissions",
        "document_permissions",
        "image_permissions",
    )
    return {"name": "A new group", **sets}


def _workflow(world):
    return {"name": "Another way", "active": "on", **empty_sets("workflow_tasks", "workflow_pages")}


def _document(world, **more):
    words = {"title": "Jauns fails", "language": "lv", "licence": "CC-BY-4.0"}
    return {**words, "collection": world.collection.pk, **more}


def _picture(world, **more):
    return {"title": "Jauns attēls", "collection": world.collection.pk, **more}


def _erase(address):
    return {"address": address, "deed": "erase", "sure": "on"}


def _prefixed(prefix, form):
    return {f"{prefix}-{name}": value for name, value in form.items()}


def _invitation(role):
    return {"email": "new@example.org", "name": "", "language": "lv", "roles": [role]}


def _topic_words(topic):
    name = f"topic-{topic.pk}-title"
    return {name: "Нове", f"was-{name}": mark(topic.title)}


def _file(world, deed, code=""):
    document = world.own_documents[code].pk if code else ""
    return {"row": world.file_row, "deed": deed, "document": document}


def _kept_po(world, code):
    """What was handed in is put aside for one person."""
    user = world.users.get(world.role) or world.translator
    return {"reference": kept_uploads.keep("a.po", world.po[code], user, code)}


def _table():
    return ContentFile(b"title,licence\nJauna lapa,CC0\n", name="a.csv")


def _kept_table(world, user):
    """What was looked at is put aside for one person; pressing the button sends the report's mark."""
    text = _table().read().decode()
    reference = imports_kept.keep(user, world.shelf, text.encode(), None)
    mark = make_plan(text, None, world.shelf, user).mark
    return {"reference": reference, "mark": mark}


def _mail_to_many(world, **more):
    return {"to": ["seated"], "subject": "Līdzi", "text": "Krūzi.", **more}


FORMS = {
    "guide": lambda w: guide_form("Cits nosaukums"),
    "guide with address": lambda w: guide_form("Cits nosaukums", slug="cits"),
    "guide with address, publish": lambda w: guide_form(
        "Cits nosaukums", slug="cits", **{"action-publish": "1"}
    ),
    "guide, submit": lambda w: guide_form("Cits nosaukums", **{"action-submit": "1"}),
    "guide, publish": lambda w: guide_form("Cits nosaukums", **{"action-publish": "1"}),
    "words of the page": lambda w: {
        "title": "Cits nosaukums",
        "summary": "Īsi.",
        "body-count": "0",
        **empty_sets("comments"),
    },
    "words of the front page": lambda w: {
        "title": "Cits nosaukums",
        "shortcuts-count": "0",
        "doors-count": "0",
        **empty_sets("comments"),
    },
    "words of the shelf": lambda w: {
        "title": "Cits nosaukums",
        "summary": "Īsi.",
        **empty_sets("comments"),
    },
    "yes": lambda w: {"confirm": "1"},
    "copy": lambda w: {
        "new_title": "Kopija",
        "new_slug": "kopija",
        "new_parent_page": w.shelf.pk,
    },
    "copy to B": lambda w: {
        "new_title": "Kopija",
        "new_slug": "kopija",
        "new_parent_page": w.foreign_shelf.pk,
    },
    "position": lambda w: {"position": "0"},
    "comment": lambda w: {"comment": "Labi."},
    "privacy": lambda w: {"restriction_type": "login"},
    "collection": lambda w: {"name": "Another", "parent": w.root_collection.pk},
    "new user": _new_user,
    "user": lambda w: {
        "username": "somebody-else",
        "email": "else@example.org",
        "first_name": "Else",
        "last_name": "Else",
        "is_active": "on",
    },
    "group": _group,
    "site": lambda w: {
        "hostname": "example.org",
        "port": "80",
        "site_name": "x",
        "root_page": w.home.pk,
    },
    "language": lambda w: {"language_code": "fi", "sync-enabled": "", "component-enabled": ""},
    "workflow": _workflow,
    "task": lambda w: {"name": "Another task", "active": "on"},
    "topic": lambda w: {"title": "Цілком інше", "slug": "cilkom"},
    "audience": lambda w: {"title": "Цілком інші", "slug": "cilkom"},
    "document": lambda w: _document(w, file=text_file("jauns.txt")),
    "document to A's private": lambda w: _document(
        w, file=text_file("jauns.txt"), collection=w.private_collection.pk
    ),
    "document words": lambda w: _document(w, title="Cits"),
    "documents": lambda w: {"files[]": text_file("jauns.txt"), "collection": w.collection.pk},
    "several files": lambda w: {
        "files": text_file("jauns.txt"),
        "language": "lv",
        "licence": "CC-BY-4.0",
        "collection": w.collection.pk,
    },
    "table for A's shelf": lambda w: {"shelf": w.shelf.pk, "table": _table()},
    "table for A's shelf in Ukrainian": lambda w: {"shelf": w.uk_shelf.pk, "table": _table()},
    "kept table for A's shelf": lambda w: _kept_table(w, w.users.get(w.role) or w.author_of_a),
    "somebody else's kept table": lambda w: _kept_table(w, w.user),
    "one of several documents": lambda w: _prefixed(f"doc-{w.public_document.pk}", _document(w)),
    "uploaded document": lambda w: _prefixed(f"uploaded-document-{w.upload.pk}", _document(w)),
    "chosen document": lambda w: _prefixed(
        "document-chooser-upload", _document(w, file=text_file("jauns.txt"))
    ),
    "picture": lambda w: _picture(w, file=picture_file("jauns.png")),
    "picture to A's private": lambda w: _picture(
        w, file=picture_file("jauns.png"), collection=w.private_collection.pk
    ),
    "picture words": lambda w: _picture(w, title="Cits"),
    "pictures": lambda w: {"files[]": picture_file("jauns.png"), "collection": w.collection.pk},
    "one of several pictures": lambda w: _prefixed(f"image-{w.public_picture.pk}", _picture(w)),
    "uploaded picture": lambda w: _prefixed(f"uploaded-image-{w.picture_upload.pk}", _picture(w)),
    "chosen picture": lambda w: _prefixed(
        "image-chooser-upload", _picture(w, file=picture_file("jauns.png"))
    ),
    "bulk move": lambda w: {"chooser": w.uk_shelf.pk},
    "bulk collection": lambda w: {"collection": w.collection.pk},
    "bulk tags": lambda w: {"tags": "tea"},
    "bulk role": lambda w: {"role": w.new_group.pk},
    "bulk active": lambda w: {"mark_as_active": "False"},
    "redirect": lambda w: {
        "old_path": "/lv/very-old/",
        "site": "",
        "is_permanent": "on",
        "redirect_link": "https://example.org/",
    },
    "words into Ukrainian": lambda w: w.words,
    "approve": lambda w: {"deed": "publish"},
    "send back": lambda w: {"deed": "send-back", "note": "Ще раз."},
    "file in Ukrainian": lambda w: _file(w, "choose", "uk"),
    "file in English": lambda w: _file(w, "choose", "en"),
    "take file away": lambda w: _file(w, "take-away"),
    "PO in Ukrainian": lambda w: {"file": ContentFile(w.po["uk"], name="a.po")},
    "PO in English": lambda w: {"file": ContentFile(w.po["en"], name="a.po")},
    "kept PO in Ukrainian": lambda w: _kept_po(w, "uk"),
    "kept PO in English": lambda w: _kept_po(w, "en"),
    "take it": lambda w: {"deed": "take"},
    "ask for Ukrainian": lambda w: {"language": "uk", "deed": "ask"},
    "approve partly": lambda w: {"deed": "publish-partly"},
    "one text": lambda w: {"words": "Нові слова", "was": w.mark_in_ukrainian},
    "one text into English": lambda w: {"words": "New words", "was": w.mark_in_english},
    "question": lambda w: {"question": "Що це?"},
    "answer": lambda w: {"answer": "Tēja."},
    "terms, look": lambda w: {"csv": "key,uk\nvolunteer,помічник\n"},
    "terms in Ukrainian": lambda w: {"csv": "key,uk\nvolunteer,помічник\n", "deed": "write"},
    "terms in Latvian": lambda w: {"csv": "key,lv\nvolunteer,palīgs\n", "deed": "write"},
    "new term": lambda w: {"key": "tea", "lv-text": "tēja"},
    "term in Ukrainian": lambda w: {"uk-text": "помічник", "uk-note": "", "uk-forbidden": ""},
    "term in Latvian": lambda w: {"lv-text": "palīgs", "lv-note": "", "lv-forbidden": ""},
    "note of a term": lambda w: {"note": "Cits"},
    "words of the site in Ukrainian": lambda w: _topic_words(w.topic),
    "words of the site in Latvian": lambda w: _topic_words(w.latvian_topic),
    "api copy": lambda w: {
        "destination_page_id": w.shelf.pk,
        "recursive": "false",
        "keep_live": "false",
    },
    "api move": lambda w: {"destination_page_id": w.foreign_shelf.pk},
    "api language": lambda w: {"locale": "fi"},
    "profile": lambda w: {
        "name_email-first_name": "A",
        "name_email-last_name": "B",
        "name_email-email": "a@example.org",
        "locale-preferred_language": "lv",
        "locale-current_time_zone": "Europe/Riga",
        "theme-theme": "dark",
        "theme-contrast": "system",
        "theme-density": "default",
        "notifications-submitted_notifications": "on",
    },
    "new partner": lambda w: {
        "name": "Jauna bibliotēka",
        "slug": "jauna",
        "country": "LV",
        "town": "",
        "time_zone": "Europe/Riga",
        "language": "lv",
        "summary": "",
    },
    "person who helps": lambda w: {
        "partner": w.partner.pk,
        "found_by": "people",
        "name": "Vilkābele",
        "email": "someone@example.org",
        "language": "lv",
        "about": ["talk"],
        "spoken": ["lv"],
        "country": "LV",
        "town": "",
        "offers": "Sarunas.",
        "until": str(timezone.localdate() + timedelta(days=30)),
    },
    "partner's new name": lambda w: {"name": "Cits nosaukums", "slug": w.partner.slug},
    "into B": lambda w: {"into": w.other_partner.pk, "confirmed": w.other_partner.pk},
    "invitation to A": lambda w: _invitation(f"author:{w.partner.pk}"),
    "invitation to B": lambda w: _invitation(f"author:{w.other_partner.pk}"),
    "invitation to Ukrainian": lambda w: _invitation("translator:uk"),
    "invitation to coordinate": lambda w: _invitation("coordinator"),
    "publisher of A": lambda w: {"roles": [f"author:{w.partner.pk}", f"publisher:{w.partner.pk}"]},
    "known of a person": lambda w: {"address": "nobody@example.org", "deed": "look"},
    "person as a file": lambda w: {"address": "nobody@example.org", "deed": "export"},
    "erase a person": lambda w: _erase("nobody@example.org"),
    "erase the administrator": lambda w: _erase(w.administrator.email),
    "author of A": lambda w: {"role": f"author:{w.partner.pk}"},
    "author of B": lambda w: {"role": f"author:{w.other_partner.pk}"},
    "coordinator": lambda w: {"roles": [f"publisher:{w.partner.pk}", "coordinator"]},
    "no roles": lambda w: {"roles": [], "csrfmiddlewaretoken": "x"},
    "partner": lambda w: {"name": "Cits nosaukums", "country": "LV", "time_zone": "Europe/Riga"},
    "is here": lambda w: {"here": w.seated.pk},
    "seat all the same": lambda w: {"deed": "seat", "people": [w.waiting.pk], "confirm": "1"},
    "cancel all the same": lambda w: {"deed": "cancel", "people": [w.waiting.pk], "confirm": "1"},
    "walk-in": lambda w: {"name": "Jauns cilvēks", "language": "lv"},
    "mail to many": _mail_to_many,
    "mail to many, send": lambda w: _mail_to_many(w, deed="send", once=uuid4()),
    "list as CSV": lambda w: {"format": "csv"},
    "list with needs": lambda w: {"format": "csv", "needs": "on"},
}
