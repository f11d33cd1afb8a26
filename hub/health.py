"""`/healthz`: the process is up. `/readyz`: database, storage and migrations are ready."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hub.models import Duty

# The duty under which the worker signs in each minute.
WORKER = "worker"
WORKER_IS_AWAY_AFTER = timedelta(minutes=5)


@never_cache
@require_safe
def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request):
    """503 and the names of what is not ready, without details for strangers.

    Readers are served without the worker too, so what is in TOLD is told and decides nothing.
    """
    missing = [name for name, is_ready in CHECKS.items() if not is_ready()]
    told = {name: "database" not in missing and is_there() for name, is_there in TOLD.items()}
    answer = {"ready": not missing, "missing": missing, **told}
    return JsonResponse(answer, status=503 if missing else 200)


def _database() -> bool:
    try:
        # A connection that is kept may be dead; only a question tells.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    # The code of a process does not change, so what was up to date once stays so.
    global _is_migrated
    if not _is_migrated:
        try:
            executor = MigrationExecutor(connection)
            _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            return False
    return _is_migrated


_is_migrated = False


def _storage() -> bool:
    try:
        default_storage.delete(default_storage.save("ready", ContentFile(b"ready")))
    except OSError:
        return False
    return True


def _worker() -> bool:
    """Whether the worker was there in the last minutes."""
    try:
        since = timezone.now() - WORKER_IS_AWAY_AFTER
        return Duty.objects.filter(name=WORKER, done_at__gte=since).exists()
    except DatabaseError:
        return False


CHECKS = {"database": _database, "migrations": _migrations, "storage": _storage}
# Name -> whether it is there; upper rooms add theirs.
TOLD = {"worker": _worker}
