import django.db.models.deletion
from django.db import migrations, models

SQLITE = [
    """CREATE VIRTUAL TABLE hub_search_fts USING fts5(
        tokens, content='hub_searchentry', content_rowid='id', columnsize=0,
        tokenize='unicode61 remove_diacritics 0'
    )""",
    """CREATE TRIGGER hub_search_added AFTER INSERT ON hub_searchentry BEGIN
        INSERT INTO hub_search_fts(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
    """CREATE TRIGGER hub_search_taken AFTER DELETE ON hub_searchentry BEGIN
        INSERT INTO hub_search_fts(hub_search_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    END""",
    """CREATE TRIGGER hub_search_changed AFTER UPDATE OF tokens ON hub_searchentry BEGIN
        INSERT INTO hub_search_fts(hub_search_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens);
        INSERT INTO hub_search_fts(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
]
POSTGRESQL = """
ALTER TABLE hub_searchentry ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED;
CREATE INDEX hub_search_words ON hub_searchentry USING gin (vector)
"""


def drop_old_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE hub_search_fts")


def make_index(apps, schema_editor):
    """The full-text index beside SearchEntry: each database has its own kind."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            schema_editor.execute(statement)
    else:
        schema_editor.execute(POSTGRESQL)


class Migration(migrations.Migration):
    """Rows for each thing and language, whose words are reduced in Python; `rebuild_search` fills them."""

    dependencies = [
        ("hub", "0006_small_change_and_looked_for"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.RunPython(drop_old_index, elidable=False),
        migrations.DeleteModel(name="SearchEntry"),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField()),
                ('language', models.CharField(max_length=12)),
                ('kind', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=255)),
                ('summary', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('folded_title', models.TextField(blank=True)),
                ('files', models.JSONField(default=list)),
                ('made_of', models.CharField(max_length=64)),
                ('tokens', models.TextField()),
                ('length', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'search entry',
                'verbose_name_plural': 'search entries',
                'constraints': [models.UniqueConstraint(fields=('translation_key', 'language'), name='one_search_entry_a_language')],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('form', models.CharField(max_length=80)),
                ('reversed_form', models.CharField(max_length=80)),
                ('written', models.CharField(max_length=80)),
                ('lemma', models.CharField(max_length=80)),
            ],
            options={
                'verbose_name': 'word of the search',
                'verbose_name_plural': 'words of the search',
                'indexes': [models.Index(fields=['language', 'lemma'], name='search_word_lemma'), models.Index(fields=['form'], name='search_word_begins', opclasses=['varchar_pattern_ops']), models.Index(fields=['reversed_form'], name='search_word_ends', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('form', 'language', 'lemma'), name='one_search_word_a_form')],
            },
        ),
        migrations.CreateModel(
            name='SearchPlace',
            fields=[
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('language', models.CharField(max_length=12)),
                ('is_mirror', models.BooleanField()),
                ('length', models.PositiveIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='hub.searchentry')),
            ],
            options={
                'verbose_name': 'place of a search entry',
                'verbose_name_plural': 'places of search entries',
                'indexes': [models.Index(fields=['entry', 'language', 'is_mirror', 'length', 'page'], name='search_place_in_order')],
            },
        ),
        migrations.RunPython(make_index, elidable=False),
    ]
