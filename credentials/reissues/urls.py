from django.urls import path

from credentials.reissues import views

app_name = "reissues"
urlpatterns = [
    path("keys/<uuid:pk>/recovery/", views.guide, name="guide"),
    path("keys/<uuid:pk>/recovery/progress/", views.progress, name="progress"),
    path("keys/<uuid:pk>/recovery/start/", views.start, name="start"),
]
