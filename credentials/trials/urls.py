from django.urls import path

from credentials.trials import views

app_name = "trials"
urlpatterns = [
    path("batches/<uuid:pk>/trial/", views.new, name="new"),
    path("trials/<uuid:pk>/", views.detail, name="detail"),
    path("trials/<uuid:pk>/<int:line>/<slug:kind>/", views.file, name="file"),
]
