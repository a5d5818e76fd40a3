"""The Celery application and its beat schedule. Rows are the queue: every entry here sweeps a table."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

app = Celery("registry")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


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
    "issuing": "credentials.issuing.tasks.sweep",
    "clr": "credentials.clr.tasks.sweep",
    "status": "credentials.status.tasks.sweep",
    "records": "learners.records.tasks.sweep",
    "notices": "institution.notices.tasks.sweep",
    "partners": "registry.partners.tasks.sweep",
    "heartbeat": "institution.events.tasks.heartbeat",
}
