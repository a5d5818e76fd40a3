from django.urls import path

from institution.memory import views

app_name = "memory"
urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("decisions/", views.decisions, name="decisions"),
    path("systems/", views.systems, name="systems"),
]
