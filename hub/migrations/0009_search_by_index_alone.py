from django.db import migrations

# A search visits the row of each hit: with the long texts beside the table (which is what a small
# target does), forty rows share a block and not five.
NARROW = """
ALTER TABLE hub_searchentry SET (toast_tuple_target = 128);
UPDATE hub_searchentry SET made_of = made_of
"""
# The planner takes reading the whole table for cheap: it does not count what unpacking every vector
# costs. A function with a setting of its own is planned with it, whatever the session has.
POSTGRESQL = """
CREATE FUNCTION hub_search_entries(wanted tsquery) RETURNS TABLE (id bigint)
    LANGUAGE sql STABLE ROWS 1000 SET enable_seqscan = off
    AS $$ SELECT entry.id FROM hub_searchentry AS entry WHERE entry.vector @@ wanted $$
"""


def make_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NARROW)
        schema_editor.execute(POSTGRESQL)


def drop_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION hub_search_entries(tsquery)")
        schema_editor.execute("ALTER TABLE hub_searchentry RESET (toast_tuple_target)")


class Migration(migrations.Migration):
    """PostgreSQL finds the entries of a search by their index, never by reading the table."""

    dependencies = [("hub", "0008_text_inside_documents")]

    operations = [migrations.RunPython(make_function, drop_function, elidable=False)]
