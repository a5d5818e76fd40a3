from django.urls import path

from credentials.clr import views

app_name = "clr"
urlpatterns = [path("clr/<str:token>", views.refresh, name="refresh")]
