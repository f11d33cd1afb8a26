from django.db import models


class CatalogueRow(models.Model):
    """What lists and facets ask of one resource in one language tree; narrow, and read as a whole.

    Only live pages have one. Where a page stands and who may see it is not noted here: it is read
    from the page beside it. Of the partner's name, address and country there is no copy either.
    """

    # No constraint: the row goes with the change that is told, so that whoever counts hears of it.
    page = models.OneToOneField(
        "wagtailcore.Page",
        primary_key=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    translation_key = models.UUIDField(db_index=True)
    language = models.CharField(max_length=12)
    is_mirror = models.BooleanField()
    kind = models.CharField(max_length=20)
    partner_id = models.IntegerField(null=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    group_from = models.PositiveSmallIntegerField(null=True)
    group_to = models.PositiveSmallIntegerField(null=True)
    needs_shared_language = models.BooleanField(null=True)
    licence = models.CharField(max_length=20)
    published_at = models.DateTimeField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    # Slugs, codes and endings with a blank between them, sorted: what a thing may have several of.
    topics = models.TextField(blank=True)
    audiences = models.TextField(blank=True)
    # Of the files of all languages: the page offers them all.
    file_languages = models.TextField(blank=True)
    formats = models.TextField(blank=True)
    title_key = models.BinaryField()
    # How often the thing was opened and downloaded in the last year, in all languages.
    uses = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "row of the catalogue"
        verbose_name_plural = "rows of the catalogue"
        indexes = [models.Index(fields=["language", "-published_at"], name="catalogue_newest")]

    def __str__(self):
        return f"{self.language}/{self.page_id}"
