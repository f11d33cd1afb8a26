from django.urls import path

from hub import converters  # noqa: F401  registers `code` and `lang`

from . import catalogue_export, citation_files, downloads, embed, guide_downloads
from .bundles import views as bundles

urlpatterns = [
    path("r/<code:code>/<lang:lang>/<int:number>", downloads.resource_file, name="resource_file"),
    path(
        "r/<code:code>/<lang:lang>/<int:number>/v<int:version>",
        downloads.resource_file_version,
        name="resource_file_version",
    ),
    path("r/<code:code>/<lang:lang>.zip", bundles.resource_zip, name="resource_zip"),
    path(
        "documents/<int:document_id>/v<int:version>/<str:name>",
        downloads.document_version,
        name="document_version",
    ),
    path("r/<code:code>/<lang:lang>.pdf", guide_downloads.guide_pdf, name="guide_pdf"),
    path(
        "r/<code:code>/<lang:lang>.txt",
        citation_files.citation_file,
        {"form": "txt"},
        name="cite_in_words",
    ),
    path(
        "r/<code:code>/<lang:lang>.bib",
        citation_files.citation_file,
        {"form": "bib"},
        name="bibtex",
    ),
    path(
        "r/<code:code>/<lang:lang>.ris", citation_files.citation_file, {"form": "ris"}, name="ris"
    ),
    path("embed/resources.js", embed.resources_js, name="embed_resources_js"),
    path("embed/resources.html", embed.resources_html, name="embed_resources_html"),
    path("export/catalogue.jsonl", catalogue_export.catalogue_jsonl, name="catalogue_jsonl"),
    path("documents/<int:document_id>/<path:name>", downloads.document, name="wagtaildocs_serve"),
]
