from django.db import models


class SearchEntry(models.Model):
    """The words of one live page as search reads them; the full-text index stands beside it.

    The folded columns hold the words without diacritics and capitals, as queries are read too:
    a reader whose keyboard lacks a letter finds the page all the same.
    """

    page = models.OneToOneField("wagtailcore.Page", primary_key=True, on_delete=models.CASCADE)
    translation_key = models.UUIDField(db_index=True)
    language = models.CharField(max_length=12)
    words_language = models.CharField(max_length=12)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    folded_title = models.TextField(blank=True)
    folded_text = models.TextField(blank=True)

    class Meta:
        verbose_name = "search entry"
        verbose_name_plural = "search entries"
        indexes = [models.Index(fields=["language", "kind"], name="search_language_kind")]

    def __str__(self):
        return self.title
