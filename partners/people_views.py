"""The screens of people, under /admin/people/: who is here as what, inviting, ending roles."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from hub.second_factor import FACTORS, has_second_factor, needs_second_factor

from .invitations import Invitation, invite, send, withdraw
from .models import Partner
from .people_forms import InviteForm, RolesForm, SearchForm
from .review import publishes_for, steps_in
from .roles import (
    all_roles,
    end,
    give,
    grantable_by,
    leave,
    may_change,
    may_look_after,
    named,
    people_seen_by,
    roles_of,
)

ON_A_PAGE = 50


def for_who_looks_after(view):
    """404 for everybody else, as where there is nothing."""

    def guarded(request, *args, **kwargs):
        if not may_look_after(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _partners_of(user):
    standing = Partner.objects.standing()
    return standing if steps_in(user) else standing.filter(pk__in=publishes_for(user))


def _invitations_of(user) -> list[Invitation]:
    """The open ones that `user` may withdraw and send again: those whose every role they may give."""
    waiting = Invitation.objects.open().select_related("invited_by")
    may = set(grantable_by(user))
    return [one for one in waiting if user.is_superuser or set(one.roles) <= may]


def _in_any_case(words: str) -> Q:
    """SQLite folds the case of Latin letters only."""
    found = Q()
    for form in {words, words.lower(), words.upper(), words.title()}:
        for name in ("first_name", "last_name", "email"):
            found |= Q(**{f"{name}__icontains": form})
    return found


@for_who_looks_after
def index(request):
    user = request.user
    search = SearchForm(_partners_of(user), request.GET)
    asked = search.cleaned_data if search.is_valid() else {}
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    people = people_seen_by(user).filter(is_active=True).annotate(has_factor=Exists(factor))
    if words := asked.get("q", "").strip():
        people = people.filter(_in_any_case(words))
    if partner := asked.get("partner"):
        people = people.filter(groups__in=[partner.authors_id, partner.publishers_id]).distinct()
    page = Paginator(people.order_by("first_name", "last_name", "email"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    may, roles, known = grantable_by(user), roles_of(page.object_list), all_roles()
    shown = (lambda role: True) if steps_in(user) else (lambda role: role.key in may)
    return render(
        request,
        "partners/admin/people.html",
        {
            "search": search,
            "page_obj": page,
            "query": _query_without_page(request),
            "people": [
                {
                    "person": person,
                    "roles": [role for role in roles[person.pk] if shown(role)],
                    "may_change": user.pk != person.pk
                    and may_change_listed(user, roles[person.pk]),
                }
                for person in page.object_list
            ],
            "invitations": [
                {"invitation": one, "roles": named(one.roles, known)}
                for one in _invitations_of(user)
            ]
            if not (words or partner)
            else [],
        },
    )


def may_change_listed(user, roles) -> bool:
    """`may_change` from roles that are known already: no question for each row."""
    return user.is_superuser or not any(
        role.kind in ("administrator", "coordinator") for role in roles
    )


def _query_without_page(request) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _person(request, pk, to_change=True):
    """Somebody the asking person may know of (and change); Http404 for all others."""
    person = get_object_or_404(people_seen_by(request.user), pk=pk, is_active=True)
    if to_change and not may_change(request.user, person):
        raise Http404
    return person


@for_who_looks_after
def person(request, pk):
    """One person's roles, all on one screen."""
    user, shown = request.user, _person(request, pk, to_change=False)
    may, has = grantable_by(user), roles_of([shown])[shown.pk]
    changeable = may_change(user, shown)
    mine = {role.key: role for role in has if role.key in may}
    form = RolesForm(may, request.POST or None, initial={"roles": list(mine)})
    if request.method == "POST":
        if not changeable:
            raise Http404
        if form.is_valid():
            wanted = set(form.cleaned_data["roles"])
            with transaction.atomic():
                for key in wanted - set(mine):
                    give(shown, may[key], by=user)
                for key in set(mine) - wanted:
                    end(shown, may[key], by=user)
            messages.success(request, _("The roles are saved."))
            return redirect("people")
    return render(
        request,
        "partners/admin/person.html",
        {
            "person": shown,
            "form": form,
            "roles": [role for role in has if steps_in(user) or role.key in may],
            "endable": set(mine) if changeable else set(),
            "may_change": changeable,
            "may_send_away": changeable and steps_in(user),
            "needs_factor": needs_second_factor(shown),
            "has_factor": has_second_factor(shown),
            "is_self": shown.pk == user.pk,
        },
    )


@require_POST
@for_who_looks_after
def end_role(request, pk):
    somebody = _person(request, pk)
    role = grantable_by(request.user).get(request.POST.get("role", ""))
    if role is None:
        raise Http404
    if role in roles_of([somebody])[somebody.pk]:
        end(somebody, role, by=request.user)
    name = somebody.get_full_name() or somebody.email
    messages.success(request, _("%(name)s is no longer %(role)s.") % {"name": name, "role": role})
    still_seen = people_seen_by(request.user).filter(pk=pk).exists()
    return redirect("person", pk) if still_seen else redirect("people")


@require_POST
@for_who_looks_after
def send_away(request, pk):
    """For coordinators all ends at once; a publisher ends what is theirs to end."""
    somebody, user = _person(request, pk), request.user
    name = somebody.get_full_name() or somebody.email
    if steps_in(user):
        try:
            leave(somebody, by=user)
        except PermissionDenied:
            messages.error(request, _("The hub needs at least one administrator."))
            return redirect("person", pk)
        messages.success(request, _("%(name)s has left the hub.") % {"name": name})
        return redirect("people")
    may = grantable_by(user)
    with transaction.atomic():
        ended = [end(somebody, r, by=user) for r in roles_of([somebody])[pk] if r.key in may]
    words = ngettext(
        "%(name)s has %(number)d role fewer.", "%(name)s has %(number)d roles fewer.", len(ended)
    )
    messages.success(request, words % {"name": name, "number": len(ended)})
    return redirect("people")


@require_POST
@for_who_looks_after
def forget_factor(request, pk):
    """For somebody who lost phone and recovery codes: they set it up anew at the next sign-in."""
    if not request.user.is_superuser:
        raise Http404
    somebody = _person(request, pk)
    somebody.authenticator_set.all().delete()
    log(somebody, "people.factor_reset", user=request.user)
    messages.success(request, _("At the next sign-in a new second step is set up."))
    return redirect("person", pk)


@for_who_looks_after
def invite_person(request):
    user = request.user
    first = {"language": get_language(), "roles": request.GET.getlist("role")}
    form = InviteForm(user, request.POST or None, initial=first)
    if request.method == "POST":
        with transaction.atomic():
            # Of a double press the second waits here, and then finds the invitation.
            get_user_model().objects.select_for_update().get(pk=user.pk)
            if form.is_valid():
                invitation = invite(by=user, **form.cleaned_data)
                messages.success(
                    request,
                    _("The invitation to %(address)s is sent.") % {"address": invitation.email},
                )
                return redirect("people")
    return render(request, "partners/admin/invite.html", {"form": form})


def _invitation(request, pk) -> Invitation:
    for one in _invitations_of(request.user):
        if one.pk == pk:
            return one
    raise Http404


@require_POST
@for_who_looks_after
def send_again(request, pk):
    invitation = _invitation(request, pk)
    send(invitation)
    messages.success(
        request, _("The invitation to %(address)s is sent.") % {"address": invitation.email}
    )
    return redirect("people")


@require_POST
@for_who_looks_after
def withdraw_invitation(request, pk):
    invitation = _invitation(request, pk)
    withdraw(invitation, by=request.user)
    messages.success(
        request, _("The invitation to %(address)s is withdrawn.") % {"address": invitation.email}
    )
    return redirect("people")


urlpatterns = [
    path("people/", index, name="people"),
    path("people/invite/", invite_person, name="people_invite"),
    path("people/<int:pk>/", person, name="person"),
    path("people/<int:pk>/end/", end_role, name="person_end_role"),
    path("people/<int:pk>/leave/", send_away, name="person_leave"),
    path("people/<int:pk>/forget-factor/", forget_factor, name="person_forget_factor"),
    path("people/invitations/<int:pk>/again/", send_again, name="invitation_again"),
    path("people/invitations/<int:pk>/withdraw/", withdraw_invitation, name="invitation_withdraw"),
]
