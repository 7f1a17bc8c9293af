"""Addresses of the rectification pages that are not a ledger's."""

from django.urls import URLPattern, path

from .pages import board, downloads, measures

app_name = "rectification"
urlpatterns: list[URLPattern] = [
    path("measures/<int:pk>/", measures.go, name="measure"),
    path("measures/<int:pk>/act/<str:code>/", measures.act, name="act"),
    path("attempts/<int:pk>/form.docx", downloads.closing_form, name="closing_form"),
    path("problems/<int:pk>/file.zip", downloads.problem_file, name="problem_file"),
    # rounds, plan import, notices, meetings, rebounds, look-backs, letters
    path("", board.overview, name="overview"),
    path("board/", board.board, name="board"),
    path("president/", board.president, name="president"),
]
