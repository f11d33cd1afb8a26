from django.utils.functional import cached_property

from .membership import writes_for
from .pausing import PausingTester, paused_partners


class ShelfPermissionTester(PausingTester):
    """Rights on a shelf or a partner page itself: nobody but an administrator moves or removes it."""

    def _is_keeper(self) -> bool:
        return self.user.is_superuser

    def can_delete(self, ignore_bulk=False):
        return self._is_keeper() and super().can_delete(ignore_bulk)

    def can_move(self):
        return False

    def can_copy(self):
        return False

    def can_unpublish(self):
        return self._is_keeper() and super().can_unpublish()

    def can_set_view_restrictions(self):
        return self._is_keeper() and super().can_set_view_restrictions()


class ItemPermissionTester(PausingTester):
    """Rights on what stands on a shelf: who writes for a co-owner writes here too, and no more."""

    @cached_property
    def co_owns(self) -> bool:
        partners = writes_for(self.user) - {self.page.partner_id} - paused_partners()
        return bool(partners) and self.page.thing.co_owners.filter(partner__in=partners).exists()

    def keeps(self) -> bool:
        """Whether they write here by the right of the shelf itself."""
        return super().can_edit()

    def can_edit(self):
        return self.keeps() or (self.is_original and self.co_owns)
