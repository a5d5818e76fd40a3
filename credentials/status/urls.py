from django.urls import path

from credentials.status import views

app_name = "status"
urlpatterns = [
    path("i/<slug:key>/status/<int:number>", views.status_list, name="list"),
    path("status-lists/", views.lists, name="lists"),
    path("status-lists/<uuid:pk>/", views.history, name="history"),
]
