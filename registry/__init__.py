"""Wiring of the portal. The Celery application is loaded with Django, so that web processes can send tasks."""

from registry.celery import app as celery_app

__all__ = ["celery_app"]
