"""The Celery application and its beat schedule. Rows are the queue: every entry here sweeps a table."""

import gc
import os
from functools import partial
from typing import Any

import structlog
from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.signals import worker_init, worker_process_init
from django.db import transaction
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

log = structlog.get_logger(__name__)


class RowsAreTheQueue(DjangoTask):  # type: ignore[misc]
    """A task whose message may be lost: what it would do stands in rows, and the next sweep finds it.

    So a page whose work is committed answers, also while the broker is away.
    """

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Send the message once the transaction is committed, if the broker takes it."""
        transaction.on_commit(partial(self._poke, args, kwargs))

    def apply_async_on_commit(self, *args: Any, **options: Any) -> None:
        """Send the message, with options, once the transaction is committed, if the broker takes it."""
        transaction.on_commit(partial(self._poke, *args, **options))

    def _poke(self, *args: Any, **options: Any) -> None:
        try:
            self.apply_async(*args, **options)
        except OperationalError as error:
            log.warning("task.not_sent", task=self.name, error=type(error).__name__)


app = Celery("registry", task_cls=RowsAreTheQueue)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@worker_init.connect
def read_contexts(**kwargs: object) -> None:
    """Read the pinned contexts once, for all processes; a worker with a changed file does not start."""
    from credentials.canon.contexts import default_loader

    default_loader()


@worker_process_init.connect
def keep_what_is_loaded(**kwargs: object) -> None:
    """Keep the collector of garbage from walking through all modules again and again: 10 us of a signed row."""
    gc.collect()
    gc.freeze()


@app.on_after_finalize.connect
def schedule(sender: Celery, **kwargs: object) -> None:
    """Set the sweeps, every `SWEEP_SECONDS` seconds."""
    from django.conf import settings

    every = float(settings.SWEEP_SECONDS)
    sender.conf.beat_schedule = {
        name: {"task": task, "schedule": every, "options": {"expires": max(every, 30)}}
        for name, task in SWEEPS.items()
    }


SWEEPS = {
    "imports": "institution.imports.tasks.sweep",
    "intake": "credentials.intake.tasks.sweep",
    "batches": "credentials.batches.tasks.sweep",
    "issuing": "credentials.issuing.tasks.sweep",
    "clr": "credentials.clr.tasks.sweep",
    "withdrawal": "credentials.withdrawal.tasks.sweep",
    "erasure": "credentials.erasure.tasks.sweep",
    "keys": "credentials.keys.tasks.sweep",
    "reissues": "credentials.reissues.tasks.sweep",
    "trials": "credentials.trials.tasks.sweep",
    "status": "credentials.status.tasks.sweep",
    "records": "learners.records.tasks.sweep",
    "notices": "institution.notices.tasks.sweep",
    "partners": "registry.partners.tasks.sweep",
    "heartbeat": "institution.events.tasks.heartbeat",
}
