from hub.models import HubPagePermissionTester


class ShelfPermissionTester(HubPagePermissionTester):
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
