from django.db import models


class SearchEntry(models.Model):
    """The words of one thing in one language as search reads them.

    The full-text index stands beside it: on SQLite `hub_search_fts`, kept by triggers, on PostgreSQL
    a generated column `vector` with its GIN index.
    """

    translation_key = models.UUIDField()
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    folded_title = models.TextField(blank=True)
    # Files as {"document": id, "title", "url"}.
    files = models.JSONField(default=list)
    # SHA-256 of all that `tokens` were made of.
    made_of = models.CharField(max_length=64)
    tokens = models.TextField()
    length = models.PositiveIntegerField()

    class Meta:
        verbose_name = "search entry"
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "language"], name="one_search_entry_a_language"
            )
        ]

    def __str__(self):
        return self.title


class SearchPlace(models.Model):
    """A live, public page on which the words of an entry stand: its own language's, or a mirror."""

    page = models.OneToOneField("wagtailcore.Page", primary_key=True, on_delete=models.CASCADE)
    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="places")
    language = models.CharField(max_length=12)
    is_mirror = models.BooleanField()
    # The entry's, kept here so that results are put in order without it.
    length = models.PositiveIntegerField()

    class Meta:
        verbose_name = "place of a search entry"
        verbose_name_plural = "places of search entries"
        indexes = [
            models.Index(
                fields=["entry", "language", "is_mirror", "length", "page"],
                name="search_place_in_order",
            )
        ]

    def __str__(self):
        return f"{self.page_id} {self.language}"


class SearchWord(models.Model):
    """A form of a word that stands somewhere in the texts, without diacritics, and its lemma.

    Forms are never taken away one by one; `rebuild_search` leaves those in use.
    """

    language = models.CharField(max_length=12)
    form = models.CharField(max_length=80)
    # The form from its end, to look for words with a given ending.
    reversed_form = models.CharField(max_length=80)
    # As it stood in the text that brought it.
    written = models.CharField(max_length=80)
    lemma = models.CharField(max_length=80)

    class Meta:
        verbose_name = "word of the search"
        verbose_name_plural = "words of the search"
        constraints = [
            models.UniqueConstraint(
                fields=["form", "language", "lemma"], name="one_search_word_a_form"
            )
        ]
        indexes = [
            models.Index(fields=["language", "lemma"], name="search_word_lemma"),
            # For words that begin or end so; PostgreSQL wants to be told.
            models.Index(
                fields=["form"], name="search_word_begins", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(
                fields=["reversed_form"],
                name="search_word_ends",
                opclasses=["varchar_pattern_ops"],
            ),
        ]

    def __str__(self):
        return self.form
