"""The ending: how the public can answer, who signed, and on which day."""

from __future__ import annotations

import re

from .model import Contacts, Notice, Unplaced
from .normalise import Piece
from .times import full_dates

_STARTS = re.compile(
    r"^.{0,3}迎.{0,16}(?:群众|社会各界|监督)|^(?:联系方式|联系电话|监督电话|举报电话|电话|联系人|邮政|邮编|通[信讯]地址|邮寄地址|地址|来信|电子邮[箱件]|邮箱)"
    r"|联系方式\s*(?:如下)?\s*:|(?:联系|监督|举报)电话\s*:"
)
_RELATED = re.compile(r"监督|群众|反馈|联系|电话|邮|地址|信箱|@|意见|工作日|\d{7}")
_PHONE = re.compile(r"(?<![\d-])(?:\(?0\d{2,3}\)?\s*-?\s*)?[2-9]\d{6,7}(?:-\d{1,5})?(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")
_MAIL = re.compile(r"(?<![A-Za-z0-9._+-])[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
_POST = re.compile(
    r"(?:邮政信箱|通[信讯]地址|邮寄地址|联系地址|来信地址|信件地址|邮政地址|信箱|地址)\s*:\s*(?P<post>[^。;\n]+)"
)
_POST_END = re.compile(r"[,、\s]*(?:联系电话|监督电话|电子邮[箱件]|电子信箱|邮箱|电话|联系人)\s*:?")
_POSTCODE = re.compile(r"(?:邮政编码|邮编)\s*[:]?\s*(?P<code>\d{6})(?!\d)")
_SIGNATURE = re.compile(r"^[\u4e00-\u9fff()]{4,40}(?:党组|党委|党总支|党支部|委员会|法院|检察院|局|院|厅|办公室)$")
_DATE_LINE = re.compile(r"^\(?\s*(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*\)?$")


def split_ending(lines: list[Piece], after: int) -> int:
    """Index of the first line of the ending; ``after`` is the last line that surely is not part of it."""
    for index in range(after + 1, len(lines)):
        if _STARTS.search(lines[index].norm):
            return index
    index = len(lines)
    while index - 1 > after and (_DATE_LINE.match(lines[index - 1].norm) or _SIGNATURE.match(lines[index - 1].norm)):
        index -= 1
    return index


def read_ending(notice: Notice, norm: str, lines: list[Piece]) -> None:
    """Fill contacts, signature and date from the ending; a line that is none of these goes to ``unplaced``."""
    block: list[Piece] = []
    for piece in lines:
        if _DATE_LINE.match(piece.norm):
            dates = [d for _, _, d in full_dates(piece.norm) if d]
            notice.signed_on = dates[0] if dates else notice.signed_on
        elif _SIGNATURE.match(piece.norm) and not _STARTS.search(piece.norm):
            notice.signed_by = piece.of(notice.text)
        elif _STARTS.search(piece.norm) or _RELATED.search(piece.norm):
            block.append(piece)
        else:
            notice.unplaced.append(
                Unplaced(piece.line, piece.of(notice.text), (piece.start, piece.end), "after_end")
            )
    if not block:
        return
    start, end = block[0].start, block[-1].end
    notice.contacts = _contacts(notice.text, norm, start, end)


def _contacts(text: str, norm: str, start: int, end: int) -> Contacts:
    contacts = Contacts(span=(start, end))
    part = norm[start:end]
    code = _POSTCODE.search(part)
    contacts.postcode = code["code"] if code else None
    post = _POST.search(part)
    if post:
        stop = _POST_END.search(post["post"])
        length = stop.start() if stop else len(post["post"])
        begin = start + post.start("post")
        contacts.post = text[begin : begin + length].strip(" ,，、;；\u3000\r") or None
    mail = _MAIL.search(part)
    contacts.mail = mail[0] if mail else None
    blank = _MAIL.sub(lambda m: "\0" * len(m[0]), part)
    if code:
        blank = blank[: code.start()] + "\0" * len(code[0]) + blank[code.end() :]
    contacts.phones = [re.sub(r"\s", "", m[0]) for m in _PHONE.finditer(blank)]
    contacts.phone = contacts.phones[0] if contacts.phones else None
    return contacts
