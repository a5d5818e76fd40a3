from django.urls import URLPattern, path

from learners.records.views import record

app_name = "records"
urlpatterns: list[URLPattern] = [
    path("record/", record.record, name="record"),
    path("record/skills/", record.skills, name="skills"),
    path("record/record.pdf", record.record_pdf, name="record_pdf"),
    path("record/record.zip", record.record_zip, name="record_zip"),
    path("record/credentials/<uuid:pk>/", record.credential, name="credential"),
    path("record/credentials/<uuid:pk>/credential.json", record.credential_json, name="credential_json"),
    path("record/credentials/<uuid:pk>/credential.png", record.credential_png, name="credential_png"),
    path("record/credentials/<uuid:pk>/credential.pdf", record.credential_pdf, name="credential_pdf"),
]
