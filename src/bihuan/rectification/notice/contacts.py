"""The ending: how the public can answer, who signed, and on which day."""

from __future__ import annotations

import re
from datetime import date

from .lines import Piece
from .model import Contacts, Notice, Placed, Remark, Unplaced
from .normalise import chinese_number
from .opening_dates import days, doubt
from .times import safe_date

# The first character of the paragraph may be lost (迎广大, 系方式).
_STARTS = re.compile(
    r"^.{0,8}迎.{0,24}(?:群众|社会各界|监督|意见)|^如?有.{0,6}(?:意见|建议).{0,12}反馈"
    r"|^(?:联?系方式|联?系电话|监?督电话|举?报电话|电话|联?系人|邮政|邮编|通?[信讯]地址|邮?寄地址|地址|来信(?:请?寄)?|电?子邮[箱件]|电?子信箱|邮箱)\s*[:(\d]"
    r"|联系方式\s*(?:如下)?\s*:|(?:联系|监督|举报)电话\s*:"
)
_AFTER_PAGE = re.compile(
    r"^(?:上一?[篇条页]|下一?[篇条页]|相关(?:链接|新闻|阅读|文章)|分享|打印|关闭|返回|责任编辑|编辑|审核|来源|版权|主办|承办|技术支持|网站|备案|[京沪津渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云陕甘青蒙藏宁新]ICP|扫一扫|友情链接|浏览|点击|【?字体|【?打印)"
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
_DATE_LINE = re.compile(
    r"^\(?\s*(?:(?:19|20)\d\d|0\d\d)\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?\s*\)?$|^(?:19|20)\d\d年?\d{2,4}日$"
    r"|^(?:19|20)\d\d\d{1,2}月\d{1,2}日$|^二[〇零]\S{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日$"
)


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
        role = "contacts"
        if _DATE_LINE.match(piece.norm):
            role = "date"
            _read_day(notice, piece)
        elif _SIGNATURE.match(piece.norm) and not _STARTS.search(piece.norm):
            role = "signature"
            notice.signed_by = piece.of(notice.text)
        elif _AFTER_PAGE.match(piece.norm) or (notice.signed_on and not _STARTS.search(piece.norm)):
            found = Unplaced(piece.line, piece.of(notice.text), (piece.start, piece.end), "after_end")
            (notice.page if _AFTER_PAGE.match(piece.norm) else notice.unplaced).append(found)
            continue
        elif _STARTS.search(piece.norm) or _RELATED.search(piece.norm):
            block.append(piece)
        else:
            notice.unplaced.append(
                Unplaced(piece.line, piece.of(notice.text), (piece.start, piece.end), "after_end")
            )
            continue
        notice.marks.append(Placed((piece.start, piece.end), role))
    if not block:
        return
    start, end = block[0].start, block[-1].end
    notice.contacts = _contacts(notice.text, norm, start, end)


def _read_day(notice: Notice, piece: Piece) -> None:
    """The day under the signature; one that lost 年 or 月 is a proposal."""
    read = next(iter(days(piece.norm)), None)
    if read is None:
        notice.signed_on = _chinese_day(piece.norm) or notice.signed_on
        return
    real = [d for y, m, n in read.readings if y and m and (d := safe_date(y, m, n))]
    notice.signed_on = real[0] if real else notice.signed_on
    if not real:
        notice.warnings.append(Remark("date.impossible", piece.line, {"text": piece.norm}))
    elif read.damaged:
        doubt(notice, piece.line, piece.norm, [d.isoformat() for d in real])


def _chinese_day(norm: str) -> date | None:
    """二〇二五年八月七日 as a day."""
    match = re.match(r"(二\S{3})年(\S{1,2})月(\S{1,3})日$", norm)
    if match is None:
        return None
    digits = ["〇一二三四五六七八九".find(c.replace("零", "〇")) for c in match[1]]
    month, day = chinese_number(match[2]), chinese_number(match[3])
    return safe_date(int("".join(map(str, digits))), month, day) if min(digits) >= 0 and month and day else None


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
