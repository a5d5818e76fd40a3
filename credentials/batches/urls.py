"""Addresses of batches and credentials; they bear the name of the room whose things they show."""

from django.urls import path, re_path

from credentials.batches.views import batches, credentials, roster, upload, withdrawals

app_name = "issuing"
urlpatterns = [
    path("batches/", batches.batch_list, name="list"),
    path("batches/roster/", roster.choose, name="roster_choose"),
    path("batches/new/", upload.new, name="upload"),
    path("batches/new/<uuid:pk>/columns/", upload.columns, name="columns"),
    path("batches/new/<uuid:pk>/reading/", upload.reading, name="reading"),
    path("batches/<uuid:pk>/", batches.detail, name="detail"),
    path("batches/<uuid:pk>/progress/", batches.progress, name="progress"),
    path("batches/<uuid:pk>/faulty.csv", batches.faulty, name="faulty"),
    path("batches/<uuid:pk>/report.pdf", batches.report, name="report"),
    re_path(
        r"^batches/(?P<pk>[0-9a-f-]{36})/(?P<step>confirm|pause|resume|cancel|release|undo)/$",
        batches.step,
        name="step",
    ),
    path("offerings/<uuid:pk>/award/", roster.award, name="roster"),
    path("credentials/", credentials.credential_list, name="credentials"),
    path("credentials/revoke/", withdrawals.revoke_many, name="revoke_many"),
    path("credentials/withdrawals/<uuid:pk>/", withdrawals.withdrawal, name="withdrawal"),
    path("credentials/withdrawals/<uuid:pk>/progress/", withdrawals.progress, name="withdrawal_progress"),
    path("credentials/<uuid:pk>/", credentials.detail, name="credential"),
    path("credentials/<uuid:pk>/document.json", credentials.document, name="document"),
    path("credentials/<uuid:pk>/revoke/", credentials.revoke, name="revoke"),
]
