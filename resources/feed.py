"""`/<lang>/feeds/resources.atom`: the newest resources, with the catalogue's filters."""

from django.http import Http404
from django.utils import translation
from django.views.decorators.http import require_safe

from hub import atom
from hub.frame import get_frame

from .catalogue import found_in
from .catalogue_index import get_index
from .models import CatalogueRow


@require_safe
def resources_feed(request):
    frame = get_frame(translation.get_language())
    section = frame.section("resources")
    if section is None or frame.is_restricted(section.path):
        raise Http404
    same = atom.known_already(request)
    if same is not None:
        return same
    index = get_index(frame.language.code)
    _facets, found, _hits = found_in(index, frame, section, request.GET)
    ids = index.newest(found, atom.MOST)
    keys = dict(CatalogueRow.objects.filter(page__in=ids).values_list("page_id", "translation_key"))
    entries = atom.entries_of(frame, [keys[pk] for pk in ids if pk in keys])
    return atom.answer(request, frame, section, entries)
