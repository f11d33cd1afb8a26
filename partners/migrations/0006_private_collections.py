"""Partners made before their private collections were closed: until now anybody who guessed an
address had what stands there.
"""

from django.db import migrations


def close(apps, schema_editor):
    restriction_model = apps.get_model("wagtailcore", "CollectionViewRestriction")
    group_model = apps.get_model("auth", "Group")
    coordinators = group_model.objects.filter(name="Coordinators").first()
    for partner in apps.get_model("partners", "Partner").objects.all():
        restriction, _made = restriction_model.objects.get_or_create(
            collection_id=partner.private_collection_id,
            defaults={"restriction_type": "groups"},
        )
        groups = [partner.authors_id, partner.publishers_id]
        restriction.groups.set(groups + ([coordinators.pk] if coordinators else []))


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0005_invitations"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(close, migrations.RunPython.noop)]
