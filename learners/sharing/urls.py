from django.urls import URLPattern, path

from learners.sharing.views import learner, public

app_name = "sharing"
urlpatterns: list[URLPattern] = [
    path("share/", learner.link_list, name="list"),
    path("share/new/", learner.create, name="create"),
    path("share/<uuid:pk>/", learner.detail, name="detail"),
    path("share/<uuid:pk>/revoke/", learner.revoke, name="revoke"),
    path("share/<uuid:pk>/extend/", learner.extend, name="extend"),
    path("record/consents/", learner.consents, name="consents"),
    path("s/<slug:token>/", public.shared, name="shared"),
    path("s/<slug:token>.json", public.shared_json, name="shared_json"),
    path("s/<slug:token>/<uuid:pk>.json", public.shared_document, name="shared_document"),
]
