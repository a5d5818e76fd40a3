"""Every address of the catalogue, in one namespace: the staff's pages and the public ones."""

from django.urls import URLPattern, path

from credentials.authoring.views import achievements, editing, review, staff
from credentials.showcase.urls import urlpatterns as public

app_name = "catalog"
urlpatterns: list[URLPattern] = [
    *public,
    path("offerings/", staff.offering_list, name="list"),
    path("offerings/new/", staff.create, name="create"),
    path("offerings/skills/", editing.skills, name="skills"),
    path("offerings/<uuid:pk>/", staff.detail, name="detail"),
    path("offerings/<uuid:pk>/edit/", editing.edit, name="edit"),
    path("offerings/<uuid:pk>/draft/", staff.draft, name="draft"),
    path("offerings/<uuid:pk>/submit/", staff.submit, name="submit"),
    path("offerings/<uuid:pk>/withdraw/", staff.withdraw, name="withdraw"),
    path("offerings/<uuid:pk>/preview/<str:audience>/", staff.preview, name="preview"),
    path("offerings/<uuid:pk>/image.png", staff.draft_image, name="draft_image"),
    path("offerings/<uuid:pk>/achievements/add/", achievements.add, name="add_achievement"),
    path("offerings/<uuid:pk>/achievements/<uuid:achievement>/", achievements.edit, name="edit_achievement"),
    path(
        "offerings/<uuid:pk>/achievements/<uuid:achievement>/image.png",
        achievements.image,
        name="draft_achievement_image",
    ),
    path(
        "offerings/<uuid:pk>/achievements/<uuid:achievement>/restore/",
        achievements.restore,
        name="restore_achievement",
    ),
    path("offerings/<uuid:pk>/review/", review.review, name="review"),
    path("offerings/<uuid:pk>/retire/", staff.retire, name="retire"),
    path("offerings/<uuid:pk>/restore/", staff.restore, name="restore"),
    path("approvals/", review.approvals, name="approvals"),
    path("approvals/several/", review.approve_several, name="approve_several"),
]
