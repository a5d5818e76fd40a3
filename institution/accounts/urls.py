from django.urls import path

from institution.accounts import views

app_name = "accounts"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/<uuid:pk>/", views.person, name="person"),
    path("people/<uuid:pk>/leave/", views.leave, name="leave"),
    path("roles/<uuid:pk>/end/", views.end_role, name="end_role"),
    path("my/roles/", views.my_roles, name="my_roles"),
    path("my/roles/<uuid:pk>/substitute/", views.substitute, name="substitute"),
    path("my/roles/wear/", views.wear, name="wear"),
    path("institution/", views.institution, name="institution"),
]
