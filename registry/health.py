"""Whether the portal lives and is ready."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
