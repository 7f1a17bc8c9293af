"""The list, its export and template, and the filters a person keeps."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import NoReverseMatch
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ... import access, clock
from ...errors import Refused
from ...models.saved import SavedFilter
from ...pages.base import row_id
from ...paging import CheapPage, listed
from ...wording import Message, wording
from ...work import unit_of_work
from .. import need
from ..declaration import Ledger
from ..export import MAX_ROWS, write_workbook
from ..filters import LedgerFilterSet, allowed_query, filterset_class
from ..sheet import loads
from ..tables import LedgerTable, PageData, default_order, loaded, table_class
from .base import LedgerView

TOO_MANY = wording("ledger.too_many", gettext_lazy("筛选结果超过%(most)s行，不能一次导出。请增加筛选条件后分批导出。"))
MAX_SAVED = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LedgerList(LedgerView):
    """The list: filters, search, sort, pages. With htmx only the part that changes is sent."""

    template_name = "ledger/list.html"
    partial_name = "ledger/parts/results.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Show the list."""
        filterset = self.filterset()
        page = self.page(filterset)
        boosted = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
        template = self.partial_name if boosted else self.template_name
        response = self.show(template, **self.list_context(filterset, page, partial=bool(boosted)))
        patch_vary_headers(response, ["HX-Request"])
        return response

    def filterset(self) -> LedgerFilterSet:
        """The filters as the query string sets them, over the rows the person may see."""
        rows = self.rows()
        if self.ledger.rows is not None:
            rows = self.ledger.rows(rows)  # filters may ask for what it annotates
        return filterset_class(self.ledger)(self.request.GET, rows, person=self.person)

    def page(self, filterset: LedgerFilterSet) -> CheapPage:
        """The page asked for."""
        ledger, rows = self.ledger, filterset.qs
        found = filterset.search  # made with the rows
        shown = loaded(ledger, access.visible(None, ledger.model))  # of ids that the person may see
        order = self.order(newest_first=found is not None)
        page = listed(rows, order, found, ledger.page_size, shown=shown).get_page(self.request.GET.get("page", 1))
        need.mark(ledger, self.person, list(page.object_list))
        return page

    def table(self, page: CheapPage) -> LedgerTable:
        """The page's rows under headings that say how they are sorted."""
        return table_class(self.ledger)(PageData(page.object_list), order_by=self.sort())

    def order(self, *, newest_first: bool = False) -> tuple[Any, ...]:
        """What to sort by: as asked, else the newest first (what a search found) or the declared order."""
        asked = self.sort()
        if not asked:
            return ("-pk",) if newest_first else default_order(self.ledger)
        columns = table_class(self.ledger).base_columns
        terms = [columns[name.lstrip("-")].terms(name.startswith("-")) for name in asked]
        return (*(term for some in terms for term in some[:-1]), terms[0][-1])

    def sort(self) -> list[str]:
        """The sort asked for, if the table has such a column."""
        sortable = {name for name, column in table_class(self.ledger).base_columns.items() if column.orderable}
        asked = self.request.GET.get("sort", "").split(",")
        return [name for name in asked if name.lstrip("-") in sortable][:3]

    def list_context(self, filterset: LedgerFilterSet, page: CheapPage, *, partial: bool) -> dict[str, Any]:
        """The template's context."""
        ledger, person = self.ledger, self.person
        bulk = [one for one in ledger.bulk if access.may(person, one.action)]
        context: dict[str, Any] = {
            "table": self.table(page),
            "page_obj": page,
            "filter": filterset,
            "search": filterset.search,
            "bulk": bulk,
            "selectable": bool(bulk),
            "query": filterset.query(),
            "partial": partial,
            "urls": list_urls(ledger, person),
        }
        if not partial:
            context["saved"] = list(access.visible(person, SavedFilter).filter(ledger=ledger.code))
        return context


def list_urls(ledger: Ledger, person: Any) -> dict[str, str]:
    """The addresses of what the person may do on the list; what they may not is missing."""
    urls = {name: ledger.url(name) for name in ("list", "export", "saved", "bulk")}
    if ledger.add and access.may(person, ledger.add):
        urls["add"] = ledger.url("add")
    if ledger.sheet is not None:
        action = ledger.sheet.action or ledger.add
        if action and access.may(person, action):
            urls["template"] = ledger.url("template")
            with contextlib.suppress(NoReverseMatch):  # where the import wizard is not installed
                urls["import"] = ledger.url("import")
    return urls


class LedgerExport(LedgerList):
    """The rows of the present filters as Excel, in the form the import takes back. Recorded as an event."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Send the workbook."""
        filterset = self.filterset()
        rows = self.export_rows(filterset)
        if rows.order_by()[: MAX_ROWS + 1].count() > MAX_ROWS:
            raise Refused(Message(TOO_MANY, {"most": MAX_ROWS}))
        content, count = workbook(self.ledger, rows.iterator(chunk_size=500))
        with unit_of_work(self.person) as uow:
            name = {"code": f"ledger.{self.ledger.code}", "params": {}}
            params = {"ledger": name, "count": count, "query": filterset.query()}
            uow.record(f"{self.ledger.code}.exported", params=params)
        return download(content, f"{self.ledger.title}-{clock.today():%Y%m%d}.xlsx")

    def export_rows(self, filterset: LedgerFilterSet) -> QuerySet[Any]:
        """The rows to export, sorted as on the page; without the columns that may not be told of all of them."""
        rows = filterset.qs
        order = self.order(newest_first=filterset.search is not None)
        if self.ledger.need is not None and rows.order_by().exclude(pk__in=self.opened()).exists():
            self.ledger = need.nodes_only(self.ledger)
        return loaded(self.ledger, rows, loads(self.ledger)).order_by(*order)

    def opened(self) -> QuerySet[Any]:
        """Ids of the rows all of which is open to the person."""
        rows = self.ledger.model._default_manager.filter(need.opened(self.ledger, self.person))
        return rows.order_by().values("pk")


class LedgerTemplate(LedgerView):
    """An empty workbook to fill in and import."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Send the template."""
        if self.ledger.sheet is None:
            raise Http404(f"{self.ledger.code} has no sheet")
        content, _count = workbook(self.ledger, [])
        return download(content, _("%(title)s-导入模板.xlsx") % {"title": self.ledger.title})


class LedgerSaved(LedgerView):
    """Keeps and drops a person's own filters. What is kept is a query string the list would accept, nothing more."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """`name` with `query` keeps the filters under the name; `drop` with an id drops one of the person's own."""
        mine = access.visible(self.person, SavedFilter).filter(ledger=self.ledger.code)
        back = self.ledger.url("list")
        if "drop" in request.POST:
            mine.filter(pk=row_id(request.POST["drop"])).delete()
            return HttpResponseRedirect(back)
        name = request.POST.get("name", "").strip()[:30]
        query = allowed_query(self.ledger, QueryDict(request.POST.get("query", "").lstrip("?")))
        if not name:
            messages.error(request, _("请填写常用筛选的名称。"))
        elif len(query) > 1000 or (mine.count() >= MAX_SAVED and not mine.filter(name=name).exists()):
            messages.error(request, _("常用筛选过长或过多，请先删除不用的。"))
        else:
            SavedFilter.objects.update_or_create(
                person=self.person, ledger=self.ledger.code, name=name, defaults={"query": query}
            )
            messages.success(request, _("已保存常用筛选“%(name)s”。") % {"name": name})
        return HttpResponseRedirect(f"{back}?{query}" if query else back)


def workbook(ledger: Ledger, rows: Any) -> tuple[bytes, int]:
    """The workbook's bytes and its number of rows."""
    with tempfile.TemporaryDirectory(prefix="bihuan-export-") as folder:
        path = Path(folder) / "export.xlsx"
        count = write_workbook(ledger, rows, path)
        return path.read_bytes(), count


def download(content: bytes, filename: str) -> HttpResponse:
    """A file to keep, never to be opened in place."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
