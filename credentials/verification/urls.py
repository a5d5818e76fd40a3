from django.urls import path

from credentials.verification import views, views_issuers

app_name = "verification"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/report/<str:ticket>/", views.report, name="report"),
    path("known-issuers/", views_issuers.issuers, name="issuers"),
    path("known-issuers/forget/", views_issuers.forget, name="forget"),
]
