"""Addresses of the calendar."""

from django.urls import URLPattern, path

from . import pages

urlpatterns: list[URLPattern] = [
    path("calendar/", pages.MonthPage.as_view(), name="calendar"),
    path("calendar/feed/", pages.FeedPage.as_view(), name="feed"),
    path("calendar/feed/<str:token>.ics", pages.FeedRead.as_view(), name="feed_read"),
]
