from django.conf import settings
from django.urls import URLPattern, path

from registry.desk import views
from registry.desk.components import components
from registry.desk.demo.door import sign_in

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", views.welcome, name="welcome"),
    path("desk/", views.home, name="home"),
    path("audit/", views.audit, name="audit"),
    path("search/", views.search, name="search"),
]
if settings.DEMO or settings.REGISTRY_ENV == "test":
    urlpatterns += [
        path("demo/sign-in/", sign_in, name="demo_sign_in"),
        path("components/", components, name="components"),
    ]
