"""The toy's one page."""

from django.urls import path
from stead.toy.views import album

urlpatterns = [path("album/", album, name="toy")]
