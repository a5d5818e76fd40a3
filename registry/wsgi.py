"""The portal as a WSGI application. In production it starts only with what production needs."""

import os

from django.core.checks import Tags, run_checks
from django.core.management.base import SystemCheckError
from django.core.wsgi import get_wsgi_application

from credentials.canon.contexts import default_loader

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

application = get_wsgi_application()
default_loader()  # a pinned context with other bytes than it should have is found now, not by the first credential

if lacking := [message for message in run_checks(tags=["production", Tags.urls]) if message.is_serious()]:
    raise SystemCheckError("\n".join(map(str, lacking)))
