from wagtail.admin.forms import WagtailAdminPageForm


class HubPageForm(WagtailAdminPageForm):
    """The editor's form. The address follows the title until the page was first published."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.first_published_at is None:
            # A panel whose field is gone is not shown.
            self.fields.pop("slug", None)

    def save(self, commit=True):
        if self.instance.first_published_at is None and not self.instance.is_structure:
            self.instance.slug = ""
        return super().save(commit=commit)
