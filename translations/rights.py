"""Who may do what at the desk: languages per person, and no right over any page."""

from wagtail.models import Locale

from .models import LanguageRole

Role = LanguageRole.Role


def coordinates(user) -> bool:
    """Coordinators and administrators, who may work in every language."""
    return user.is_active and user.has_perm("translations.change_translationstate")


def may_translate(user, locale: Locale) -> bool:
    """Whoever has a role in this language, coordinators and administrators."""
    return _has_role(user, locale, Role.values)


def may_publish(user, locale: Locale) -> bool:
    """Reviewers and trusted translators of this language, coordinators and administrators."""
    return _has_role(user, locale, [Role.REVIEWER, Role.TRUSTED])


def may_review(user, locale: Locale) -> bool:
    """Who decides on the work of others: reviewers, coordinators and administrators."""
    return _has_role(user, locale, [Role.REVIEWER])


def _has_role(user, locale: Locale, roles) -> bool:
    if not user.is_active:
        return False
    return coordinates(user) or not roles_in(user, locale).isdisjoint(roles)


def roles_in(user, locale: Locale) -> set[str]:
    """The roles of `user` in a language; asked once for each object of a user."""
    if not hasattr(user, "_desk_roles"):
        user._desk_roles = {}
        for pk, role in LanguageRole.objects.filter(user=user).values_list("locale", "role"):
            user._desk_roles.setdefault(pk, set()).add(role)
    return user._desk_roles.get(locale.pk, set())


def languages_of(user) -> list[Locale]:
    """The languages in which `user` may work at the desk; asked once for each object of a user."""
    everywhere = user.has_perm("translations.change_translationstate")
    if not everywhere and not user.has_perm("translations.view_translationstate"):
        return []
    if not hasattr(user, "_desk_languages"):
        locales = Locale.objects.order_by("pk")
        if not everywhere:
            locales = locales.filter(languagerole__user=user).distinct()
        user._desk_languages = list(locales) if user.is_active else []
    return user._desk_languages
