"""The REST API at /api/v1/: each room's own list, mounted."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
