from django.urls import path

from credentials.status import views

app_name = "status"
urlpatterns = [path("i/<slug:key>/status/<int:number>", views.status_list, name="list")]
