from django.urls import path

from registry import problems
from registry.partners import oauth

app_name = "partners"
urlpatterns = [
    path("oauth/token/", oauth.Token.as_view(), name="token"),
    path("oauth/revoke/", oauth.Revoke.as_view(), name="revoke"),
    path("oauth/introspect/", oauth.introspect, name="introspect"),
    path("problems/", problems.problem_list, name="problems"),
    path("problems/<slug:code>", problems.problem_page, name="problem"),
]
