from django.urls import path, re_path

from registry import problems
from registry.partners import consent, oauth, reference, views

app_name = "partners"
urlpatterns = [
    path("partners/", views.client_list, name="list"),
    path("partners/new/", views.create, name="create"),
    path("partners/<uuid:pk>/", views.detail, name="detail"),
    path("partners/<uuid:pk>/edit/", views.edit, name="edit"),
    re_path(r"^partners/(?P<pk>[0-9a-f-]{36})/(?P<step>renew|disable|enable)/$", views.step, name="step"),
    path("record/consents/grant/<uuid:client>/", consent.ask, name="consent"),
    path("oauth/token/", oauth.Token.as_view(), name="token"),
    path("oauth/revoke/", oauth.Revoke.as_view(), name="revoke"),
    path("oauth/introspect/", oauth.introspect, name="introspect"),
    path("api/", reference.page, name="reference"),
    path("problems/", problems.problem_list, name="problems"),
    path("problems/<slug:code>", problems.problem_page, name="problem"),
]
