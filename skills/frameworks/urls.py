from django.urls import URLPattern, path

from skills.frameworks import views

app_name = "frameworks"
urlpatterns: list[URLPattern] = [
    path("skills/", views.framework_list, name="list"),
    path("skills/search/", views.search, name="search"),
    path("skills/import/", views.import_new, name="import_new"),
    path("skills/import/<uuid:pk>/", views.import_detail, name="import_detail"),
    path("skills/import/<uuid:pk>/apply/", views.import_apply, name="import_apply"),
    path("skills/frameworks/<uuid:pk>/", views.framework, name="framework"),
    path("skills/frameworks/<uuid:pk>/below/<uuid:skill_pk>/", views.below, name="below"),
    path("skills/<uuid:pk>/", views.skill, name="skill"),
]
