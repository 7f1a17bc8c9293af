"""Addresses of the pages of the domain that are not a ledger's."""

from django.urls import URLPattern, path

from .pages import notices, opinions

app_name = "disclosure"
urlpatterns: list[URLPattern] = [
    path("opinions/register/", opinions.Register.as_view(), name="register"),
    path("opinions/take-in/", opinions.TakeIn.as_view(), name="take_in"),
    path("opinions/receipt/", opinions.LookUp.as_view(), name="receipt"),
    path("opinions/<int:pk>/identity/", opinions.OpenIdentity.as_view(), name="identity"),
    path("notices/draw-up/", notices.DrawUp.as_view(), name="draw_up"),
    path("notices/<int:pk>/package.zip", notices.Package.as_view(), name="package"),
    path("notices/<int:pk>/<str:which>/", notices.Preview.as_view(), name="preview"),
    path("notices/<int:pk>/<str:which>/notice.docx", notices.Paper.as_view(), name="paper"),
    path("notices/<int:pk>/compare/text/", notices.Compare.as_view(), name="compare"),
    path("notices/<int:pk>/vetting/reply/", notices.Reply.as_view(), name="reply"),
    path("sections/<int:pk>/", notices.EditSection.as_view(), name="section"),
    path("sections/<int:pk>/keep-out/", notices.KeepOut.as_view(), name="keep_out"),
    path("sections/<int:pk>/approve/", notices.ApproveGround.as_view(), name="approve_ground"),
]
