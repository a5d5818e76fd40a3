from django.urls import path, re_path

from credentials.keys import views

app_name = "keys"
urlpatterns = [
    path("keys/", views.key_list, name="list"),
    path("keys/<uuid:pk>/", views.key_detail, name="detail"),
    re_path(
        r"^keys/(?P<pk>[0-9a-f-]{36})/(?P<step>confirm|decline|retire|destroy|compromise)/$",
        views.key_step,
        name="step",
    ),
    path("issuers/<uuid:pk>/propose-key/", views.propose, name="propose"),
    path("units/<uuid:unit>/issuer/", views.create_profile, name="profile"),
    path("i/<slug:key>/did.json", views.did_json, name="did"),
    path("i/<slug:key>/keys/<slug:kid>", views.bare_key, name="jwk"),
]
