"""Addresses of logging in and of users."""

from django.urls import path

from stead.access import views

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("language/", views.language, name="language"),
    path("password/", views.password, name="password"),
    path("users/", views.users, name="users"),
    path("users/new/", views.user_new, name="user_new"),
    path("users/<int:user_id>/", views.user, name="user"),
]
