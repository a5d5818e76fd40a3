"""Public addresses. Those under /a/ are signed into credentials: they never change.

Mounted by `credentials.authoring.urls` in the namespace `catalog`.
"""

from django.urls import URLPattern, path

from credentials.showcase.views import achievements, catalog

urlpatterns: list[URLPattern] = [
    path("catalogue/", catalog.public_list, name="public_list"),
    path("catalogue/<uuid:pk>/", catalog.public_detail, name="public_detail"),
    path("a/<uuid:pk>", achievements.achievement, name="achievement"),
    path("a/<uuid:pk>/<int:number>", achievements.achievement, name="achievement"),
    path("a/<uuid:pk>/<int:number>/image.png", achievements.achievement_image, name="achievement_image"),
]
