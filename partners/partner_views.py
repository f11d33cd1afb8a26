"""The screens of partners: making one, looking at it, and what can be done with it afterwards."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.permissions import ModelPermissionPolicy

from hub.frame import get_frame
from hub.languages import language

from .holdings import holdings_of
from .merge_partner import PATIENCE_SECONDS, check_merge, links_to, merge
from .models import SHELF_SECTIONS, Partner
from .partner_forms import MergeForm, PartnerForm, RenameForm
from .pause_partner import pause, resume
from .rename_partner import rename


class PartnerPolicy(ModelPermissionPolicy):
    """Who steps in everywhere makes partners, with all that belongs to them; nobody deletes one."""

    def user_has_permission(self, user, action):
        if action == "add":
            return user.is_active and user.has_perm("partners.step_in")
        return action != "delete" and super().user_has_permission(user, action)


class PartnerScreen(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """A form about partners in Wagtail's frame; `form_valid` of each tells what was done."""

    permission_policy = PartnerPolicy(Partner)
    permission_required = "add"
    header_icon = "group"
    template_name = "partners/admin/partner_form.html"
    submit_label = ""
    explanation = ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            submit_label=self.submit_label,
            explanation=self.explanation,
            back_url=self.get_success_url(),
            back_label=self.get_back_label(),
            **kwargs,
        )

    def get_success_url(self):
        return reverse("partner:index")

    def get_back_label(self):
        return _("All partners")


class MakePartnerView(PartnerScreen):
    form_class = PartnerForm
    page_title = gettext_lazy("New partner")
    submit_label = gettext_lazy("Make the partner")
    explanation = gettext_lazy(
        "One press makes its page and its three shelves in every language, its collections for"
        " documents and pictures, and its groups of authors and publishers."
    )

    def form_valid(self, form):
        partner = form.save(self.request.user)
        if partner is None:
            return self.form_invalid(form)
        messages.success(
            self.request, _("%(name)s has its page and its shelves.") % {"name": partner.name}
        )
        return redirect("partner:inspect", partner.pk)


class PartnerDeed(PartnerScreen):
    """Something done with the partner of the address; one that was merged is not found."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.partner = Partner.objects.standing().filter(pk=kwargs["pk"]).first()

    def dispatch(self, request, *args, **kwargs):
        if self.partner is None and self.user_has_permission(self.permission_required):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_back_label(self):
        return self.partner.name

    def get_success_url(self):
        return reverse("partner:inspect", args=[self.partner.pk])


class RenamePartnerView(PartnerDeed):
    form_class = RenameForm
    page_title = gettext_lazy("Rename the partner")
    submit_label = gettext_lazy("Rename")
    explanation = gettext_lazy(
        "Its groups and collections follow, and so do the titles of shelves that nobody worded"
        " differently. Texts that name it stay as they are."
    )

    def get_initial(self):
        return {"name": self.partner.name, "slug": self.partner.slug}

    def form_valid(self, form):
        try:
            rename(self.partner, **form.cleaned_data, user=self.request.user)
        except ValidationError as error:
            form.refuse(error)
            return self.form_invalid(form)
        messages.success(
            self.request, _("It is called %(name)s now.") % {"name": form.cleaned_data["name"]}
        )
        return redirect(self.get_success_url())


class PausePartnerView(PartnerDeed):
    http_method_names = ["post"]
    deed = staticmethod(pause)
    done = gettext_lazy("%(name)s is paused.")

    def post(self, request, *args, **kwargs):
        try:
            self.deed(self.partner, user=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, self.done % {"name": self.partner.name})
        return redirect(self.get_success_url())


class ResumePartnerView(PausePartnerView):
    deed = staticmethod(resume)
    done = gettext_lazy("%(name)s takes part again.")


class MergePartnerView(PartnerDeed):
    """First whom into, then what will happen, then it happens."""

    form_class = MergeForm
    template_name = "partners/admin/merge.html"
    page_title = gettext_lazy("Merge into another partner")
    submit_label = gettext_lazy("Show what will happen")
    explanation = gettext_lazy(
        "For two partners that became one organisation. Nothing is changed before you say yes."
    )

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "partner": self.partner}

    def form_valid(self, form):
        target = form.cleaned_data["into"]
        try:
            # What was shown is what happens.
            if self.request.POST.get("confirmed") != str(target.pk):
                check_merge(self.partner, target)
                return self.ask(form, target)
            is_done = merge(self.partner, target, self.request.user, PATIENCE_SECONDS)
        except ValidationError as error:
            form.refuse(error)
            return self.form_invalid(form)
        names = {"name": self.partner.name, "other": target.name}
        if is_done:
            messages.success(self.request, _("%(name)s was merged into %(other)s.") % names)
        else:
            messages.info(
                self.request,
                _(
                    "%(name)s is being merged into %(other)s. There is much to move; the rest is"
                    " done in the background."
                )
                % names,
            )
        return redirect("partner:inspect", target.pk)

    def ask(self, form, target: Partner):
        form.fields["into"].widget = forms.HiddenInput()
        context = self.get_context_data(
            form=form,
            partner=self.partner,
            target=target,
            holdings=holdings_of(self.partner),
            links=links_to(self.partner),
        )
        return self.render_to_response({**context, "submit_label": _("Yes, merge them")})


class PartnerView(generic.InspectView):
    """Everything that is one partner's, and the ways to change it."""

    template_name = "partners/admin/partner.html"
    page_title = gettext_lazy("Partner")

    def get(self, request, *args, **kwargs):
        if self.object.merged_into_id:
            messages.info(
                request,
                _("%(name)s was merged into %(other)s.")
                % {"name": self.object.name, "other": self.object.merged_into.name},
            )
            return redirect("partner:inspect", self.object.merged_into_id)
        return super().get(request, *args, **kwargs)

    def get_fields_context(self):
        return []

    def get_context_data(self, **kwargs):
        partner = self.object
        has = holdings_of(partner)
        code = get_language()
        own, here = get_frame(partner.language), get_frame(code)
        return super().get_context_data(
            partner=partner,
            writes_in=language(partner.language),
            holdings=has,
            page=next((e for e in here.shelves("partners") if e.partner_id == partner.pk), None),
            original=next((e for e in own.shelves("partners") if e.partner_id == partner.pk), None),
            shelves=[
                {
                    "section": getattr(here.section(slug), "title", slug),
                    "things": has.things.get(slug, 0),
                    "shelf": shelf,
                    "url": reverse("wagtailadmin_explore", args=[shelf.pk]),
                }
                for slug in SHELF_SECTIONS
                for shelf in own.shelves(slug)
                if shelf.partner_id == partner.pk
            ],
            groups=[
                {"label": _("Authors"), "group": partner.authors, "people": has.authors},
                {"label": _("Publishers"), "group": partner.publishers, "people": has.publishers},
            ],
            people_url=f"{reverse('people')}?partner={partner.slug}",
            collections=[partner.collection, partner.private_collection],
            may_act=self.user_has_permission("add"),
            **kwargs,
        )


def partner_urls() -> list:
    """Addresses of the deeds, below those of the list of partners."""
    return [
        path("rename/<int:pk>/", RenamePartnerView.as_view(), name="rename"),
        path("pause/<int:pk>/", PausePartnerView.as_view(), name="pause"),
        path("resume/<int:pk>/", ResumePartnerView.as_view(), name="resume"),
        path("merge/<int:pk>/", MergePartnerView.as_view(), name="merge"),
    ]
