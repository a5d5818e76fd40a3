"""Every address of the record, in one namespace: the learner's pages and the help desk's."""

from django.urls import URLPattern, path

from learners.helpdesk import views as help_desk
from learners.records.views import claiming, mine, record, whole

app_name = "records"
urlpatterns: list[URLPattern] = [
    path("record/", record.record, name="record"),
    path("record/skills/", record.skills, name="skills"),
    path("record/record.pdf", record.record_pdf, name="record_pdf"),
    path("record/record.zip", record.record_zip, name="record_zip"),
    path("record/signed/", whole.clr, name="clr"),
    path("record/signed/<uuid:pk>.json", whole.clr_file, name="clr_file"),
    path("record/credentials/<uuid:pk>/", record.credential, name="credential"),
    path("record/credentials/<uuid:pk>/credential.json", record.credential_json, name="credential_json"),
    path("record/credentials/<uuid:pk>/credential.jwt", record.credential_jwt, name="credential_jwt"),
    path("record/credentials/<uuid:pk>/credential.png", record.credential_png, name="credential_png"),
    path("record/credentials/<uuid:pk>/credential.pdf", record.credential_pdf, name="credential_pdf"),
    path("record/credentials/<uuid:pk>/help/", mine.help_, name="help"),
    path("record/settings/", mine.my_settings, name="settings"),
    path("record/send-link/", mine.send_link, name="send_link"),
    path("claim/<str:token>/", claiming.claim, name="claim"),
    path("claim/<str:token>/not-me/", claiming.not_me, name="claim_not_me"),
    path("claim/<str:token>/again/", claiming.again, name="claim_again"),
    path("help-desk/", help_desk.help_desk, name="help_desk"),
    path("help-desk/unclaimed/", help_desk.unclaimed, name="unclaimed"),
    path("help-desk/unclaimed/remind/", help_desk.remind, name="remind"),
    path("help-desk/<uuid:pk>/", help_desk.person, name="person"),
    path("help-desk/<uuid:pk>/send/", help_desk.send_again, name="send_again"),
    path("help-desk/<uuid:pk>/address/", help_desk.correct_address, name="correct_address"),
    path("help-desk/<uuid:pk>/forget/", help_desk.forget, name="forget"),
    path("help-desk/<uuid:pk>/came-back/<uuid:notice>/", help_desk.came_back, name="came_back"),
    path("help-desk/requests/<uuid:pk>/close/", help_desk.close_request, name="close_request"),
]
