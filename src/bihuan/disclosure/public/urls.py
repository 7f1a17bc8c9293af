"""All addresses of the public process."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.front, name="front"),
    path("notices/<int:number>/", views.notice, name="notice"),
    path("opinion/", views.opinion, name="opinion"),
    path("answer/", views.answer, name="answer"),
]
handler400 = "bihuan.disclosure.public.views.bad_request"
handler404 = "bihuan.disclosure.public.views.not_found"
handler500 = "bihuan.disclosure.public.views.failed"
