"""While a partner is paused nothing new comes onto its shelves, and everything stays readable.

Its authors and publishers look: the permission tester refuses what would change a page, and a lock
says why. To its files they have no rights meanwhile (partners/pause_partner.py). Who steps in
everywhere still may.
"""

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.locks import BaseLock
from wagtail.models import Page

from hub.frame import STRUCTURE_DEPTH, get_frame
from hub.models import HubPagePermissionTester


def paused_partners() -> frozenset[int]:
    """Ids, from memory: nothing is asked within a request that asked before."""
    return get_frame(get_language()).paused


def is_paused(page: Page) -> bool:
    """Whether `page` belongs to a paused partner, by the shelf that it stands on."""
    paused = paused_partners()
    if not paused:
        return False
    frames = get_frame(get_language()).others
    shelf_path = page.path[: STRUCTURE_DEPTH * Page.steplen]
    for frame in frames.values():
        if shelf_path in frame.entries:
            return frame.entries[shelf_path].partner_id in paused
    return getattr(page, "partner_id", None) in paused


def is_held(page: Page, user) -> bool:
    """Whether `user` may only look at `page`, because its partner is paused."""
    return is_paused(page) and not user.has_perm("partners.step_in")


class PausingTester(HubPagePermissionTester):
    """Rights on what belongs to a partner, which may be paused."""

    def __init__(self, user, page):
        super().__init__(user, page)
        self.is_held = is_held(page, user)
        if self.is_held:
            self._else_permitted = getattr(self, "permissions", set())
            self.permissions = set()

    def can_edit(self):
        if not self.is_held:
            return super().can_edit()
        # The editor opens, to be read: the page's lock lets nothing be saved.
        return (
            self.user.is_active
            and self.is_original
            and not self._else_permitted.isdisjoint({"add", "change", "publish"})
        )

    def can_copy(self):
        return not self.is_held and super().can_copy()

    def can_lock(self):
        return not self.is_held and super().can_lock()

    def can_unlock(self):
        return not self.is_held and super().can_unlock()


class PausedLock(BaseLock):
    """Holds the people of a paused partner; for others it is the lock `beneath` it, if any."""

    def __init__(self, page, beneath: BaseLock | None):
        super().__init__(page)
        self.beneath = beneath

    def for_user(self, user):
        return is_held(self.object, user) or bool(self.beneath and self.beneath.for_user(user))

    def get_message(self, user):
        if is_held(self.object, user):
            return _("This partner is paused: you can read everything here and change nothing.")
        return self.beneath.get_message(user) if self.beneath else None

    def get_locked_by(self, user):
        if self.beneath and not is_held(self.object, user):
            return self.beneath.get_locked_by(user)
        return _("The partner is paused")

    def get_description(self, user):
        if self.beneath and not is_held(self.object, user):
            return self.beneath.get_description(user)
        return _("Only coordinators change something while the partner is paused.")


def lock_of(page: Page, lock: BaseLock | None) -> BaseLock | None:
    """`lock` (Wagtail's own for `page`, or none), or the one of a paused partner over it."""
    return PausedLock(page, lock) if is_paused(page) else lock
