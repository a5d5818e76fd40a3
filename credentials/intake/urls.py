from django.urls import URLPattern, path

from credentials.intake import views

app_name = "intake"
urlpatterns: list[URLPattern] = [
    path("offerings/import/", views.new, name="new"),
    path("offerings/import/<uuid:pk>/", views.detail, name="detail"),
    path("offerings/import/<uuid:pk>/columns/", views.columns, name="columns"),
    path("offerings/import/<uuid:pk>/reading/", views.reading, name="reading"),
    path("offerings/import/<uuid:pk>/answer/", views.answer, name="answer"),
    path("offerings/import/<uuid:pk>/units/", views.units, name="units"),
    path("offerings/import/<uuid:pk>/apply/", views.apply, name="apply"),
    path("offerings/import/<uuid:pk>/abandon/", views.abandon, name="abandon"),
    path("offerings/import/<uuid:pk>/faulty.csv", views.faulty, name="faulty"),
]
