"""A resource for search engines, from what its page shows."""

from django.utils import timezone

from hub.structured_data import about, address, translations


def learning_resource(page, context: dict) -> dict:
    audiences = list(context.get("audiences", ()))
    source = context.get("grew_from")
    published_at = page.first_published_at
    return about(
        page,
        "LearningResource",
        learningResourceType=str(page.kind_label),
        datePublished=f"{timezone.localdate(published_at)}" if published_at else "",
        audience={"@type": "Audience", "audienceType": audiences} if audiences else {},
        timeRequired=f"PT{page.minutes}M" if page.minutes else "",
        license=page.licence_url,
        isBasedOn=address(source["url"]) if source else "",
        encoding=[_file(row) for row in context.get("files", ())],
        **translations(page),
    )


def _file(row) -> dict:
    said = {
        "@type": "MediaObject",
        "contentUrl": address(row.url),
        "encodingFormat": row.best.document.content_type,
    }
    return {**said, "inLanguage": row.best.code} if row.languages else said
