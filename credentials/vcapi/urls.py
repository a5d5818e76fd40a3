from django.urls import path

from credentials.vcapi import api

app_name = "vcapi"
urlpatterns = [
    path("credentials/issue", api.IssueView.as_view(), name="issue"),
    path("credentials/verify", api.VerifyCredentialView.as_view(), name="verify_credential"),
    path("presentations/verify", api.VerifyPresentationView.as_view(), name="verify_presentation"),
]
