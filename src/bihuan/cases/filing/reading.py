"""How cells of receipt sheets are read: kinds of receipts and their outcomes as courts write them."""

from __future__ import annotations

from functools import lru_cache

from bihuan.law.limits.book import current_limits

from .. import words
from ..models import ReceiptOutcome
from ..reading import Words, plain


@lru_cache(maxsize=1)
def kinds() -> Words:
    """Kinds of receipts by their codes, the titles of their limits and what sheets call them."""
    book = current_limits()
    ids = [id_ for id_, _title in words.filing_limits()]
    found = {plain(book.get(id_).title): id_ for id_ in ids} | {id_: id_ for id_ in ids}
    more = {
        "民事起诉": "F-01", "民事一审": "F-01", "民事": "F-01", "行政起诉": "F-02", "行政一审": "F-02", "行政": "F-02",
        "刑事自诉": "F-03", "自诉": "F-03", "第三人撤销之诉": "F-04", "执行异议之诉": "F-05", "公诉": "F-07", "刑事公诉": "F-07",
        "附带民事诉讼": "F-08", "申请执行": "F-09", "首次执行": "F-09", "执行": "F-09", "移送执行": "F-10", "执行异议": "F-11",
        "非诉行政执行": "F-12", "非诉行政": "F-12", "征收补偿强制执行": "F-13", "国家赔偿": "F-14", "支付令": "F-15", "申请支付令": "F-15",
        "改变管辖": "F-16", "发回重审": "F-16.1", "指令再审": "F-16.1", "再审": "F-16.2", "二审": "F-16.3", "上诉": "F-16.3",
    }  # fmt: skip
    return found | more


@lru_cache(maxsize=1)
def outcomes() -> Words:
    """Outcomes of receipts."""
    named = {plain(choice.label): choice.value for choice in ReceiptOutcome}
    more = {
        "立案": "filed", "予以立案": "filed", "已立案": "filed", "不予受理": "refused_ruling", "不予立案": "refused_ruling",
        "裁定不予受理": "refused_ruling", "裁定不予立案": "refused_ruling", "退回": "returned", "先予立案": "filed_first",
        "撤回起诉": "withdrawn", "申请撤回": "withdrawn", "当事人撤回": "withdrawn",
    }  # fmt: skip
    return named | more
