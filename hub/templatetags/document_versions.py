from django import template

register = template.Library()


@register.inclusion_tag("hub/admin/document_versions.html")
def earlier_versions(document):
    """Every version of a document, the newest first: since when, by whom, what changed; one query."""
    kept = list(document.versions.select_related("replaced_by"))
    # What a version brought, and who brought it, is noted with the bytes that it put aside.
    before = {one.number + 1: one for one in kept}
    first = {"who": document.uploaded_by_user, "why": ""}
    versions = []
    for number, one in [(document.version, document), *((one.number, one) for one in kept)]:
        known = before.get(number)
        said = {"who": known.replaced_by, "why": known.what_changed} if known else first
        versions.append({"number": number, "version": one, **said})
    return {"document": document, "versions": versions if kept else []}
