from django.urls import path

from credentials.verification import views

app_name = "verification"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/report/<str:ticket>/", views.report, name="report"),
]
