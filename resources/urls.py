from django.urls import path, register_converter

from . import downloads


class LanguageConverter:
    regex = "[a-z]{2,3}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(LanguageConverter, "lang")

urlpatterns = [
    path("r/<str:code>/<lang:lang>/<int:number>", downloads.resource_file, name="resource_file"),
    path(
        "r/<str:code>/<lang:lang>/<int:number>/v<int:version>",
        downloads.resource_file_version,
        name="resource_file_version",
    ),
    path("documents/<int:document_id>/<path:name>", downloads.document, name="wagtaildocs_serve"),
]
