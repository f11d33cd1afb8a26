"""Django's cache in files, with an `add` of which only one process can say that it was first."""

import os
import tempfile

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class SharedFileCache(FileBasedCache):
    """For all processes of one machine. django-allauth's counts of tries stand under locks taken by
    `add`; Django's own looks and then writes, and two may be told that they were first.
    """

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        if self.has_key(key, version):
            return False
        self._createdir()
        self._cull()
        handle, written = tempfile.mkstemp(dir=self._dir)
        try:
            with open(handle, "wb") as file:
                self._write_content(file, timeout, value)
            os.link(written, self._key_to_file(key, version))
        except FileExistsError:
            return False
        finally:
            os.unlink(written)
        return True
