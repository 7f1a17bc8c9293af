"""A person's notices."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import access, inbox
from ..models.inbox import InboxItem
from ..work import SimulatedReadOnly
from .base import PersonView, choice_of, own_address


class Inbox(PersonView):
    """The notices, newest first; POST marks all as read."""

    template = "inbox/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        shown = choice_of(request.GET.get("show"), ("unread", "all"), "all")
        rows = access.visible(self.person, InboxItem)
        if shown == "unread":
            rows = rows.filter(read_at__isnull=True)
        return self.show({"page_obj": self.page(rows), "show": shown, "unread": inbox.unread(self.person)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Mark all as read."""
        count = inbox.mark_read(actor=self.person)
        self.done(_("已将 %(count)s 条消息标为已读。") % {"count": count})
        return HttpResponseRedirect(reverse("inbox"))


class InboxOpen(PersonView):
    """Open a notice: mark it as read, and go where it leads. On a simulated day it is just opened."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open."""
        item = self.seen(InboxItem, pk)
        if item.read_at is None:
            with suppress(SimulatedReadOnly):  # looking is allowed then; the notice stays unread
                inbox.mark_read(actor=self.person, items=[item.pk])
        return HttpResponseRedirect(item.url if own_address(request, item.url) else reverse("inbox"))
