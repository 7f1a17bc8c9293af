"""No pages of our own: what the core does must not depend on them. A hand-over names its page to the taker."""

from django.urls import include, path

urlpatterns = [path("people/", include("bihuan.people.urls"))]
