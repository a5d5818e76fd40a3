from django.urls import URLPattern

app_name = "memory"
urlpatterns: list[URLPattern] = []
