from django.urls import path

from credentials.vcapi import api

app_name = "vcapi"
urlpatterns = [
    path("credentials/issue", api.IssueView.as_view(), name="issue"),
    path("credentials/derive", api.DeriveView.as_view(), name="derive"),
    path("status-lists/<str:multikey>", api.status_list, name="status_list"),
    path("credentials/verify", api.VerifyCredentialView.as_view(), name="verify_credential"),
    path("presentations/verify", api.VerifyPresentationView.as_view(), name="verify_presentation"),
]
