"""The sentences of the reader by code. Chinese is the source; whoever shows one translates the template first."""

from __future__ import annotations


def gettext_noop(text: str) -> str:
    """Mark a template for the catalogue without importing Django (the reader runs without it)."""
    return text


MESSAGES: dict[str, str] = {
    # warnings of a reading
    "title.missing": gettext_noop("正文中没有找到标题。"),
    "title.page_head": gettext_noop("正文中没有标题，取网页标题：%(title)s。"),
    "published.page_head": gettext_noop("正文中没有公布日期，取网页标注的日期 %(day)s。"),
    "opening.missing": gettext_noop("没有找到说明巡察时间和巡察组的开头段落。"),
    "body.missing": gettext_noop("开头段落中没有找到巡察（巡视）组名称。"),
    "period.missing": gettext_noop("没有找到巡察起止日期。"),
    "period.vague": gettext_noop("巡察时间写得不具体（%(text)s），未换算成日期。"),
    "feedback.missing": gettext_noop("没有找到反馈日期。"),
    "published.missing": gettext_noop("没有找到公布日期。"),
    "date.order": gettext_noop("日期先后不合常理：%(first)s 应不晚于 %(second)s；按原文保留。"),
    "date.impossible": gettext_noop("日期不存在：%(text)s。"),
    "date.damaged": gettext_noop("日期缺字（%(text)s），按 %(read)s 理解，请核对。"),
    "date.ambiguous": gettext_noop("日期缺字（%(text)s），可能是 %(all)s；暂按 %(read)s 理解，请核对。"),
    "mark.lost": gettext_noop("编号缺字（%(text)s），按前后编号作 %(read)s，请核对。"),
    "label.lost": gettext_noop("标签缺字（%(label)s），作整改情况处理。"),
    "text.traditional": gettext_noop("原文是繁体字，读出的文字按原文保留。"),
    "text.garbled": gettext_noop("原文有 %(n)s 处乱码，请对照原文核对。"),
    "table.columns": gettext_noop("表格按表头读取：%(columns)s。"),
    "pdf.pages": gettext_noop("PDF 第 %(pages)s 页没有文字（可能是图片），这些页没有读取。"),
    "year.carried": gettext_noop("原文日期没有写年份（%(text)s），按上下文取 %(read)s。"),
    "published.differ": gettext_noop("页面日期（%(page)s）与落款日期（%(signed)s）不一致，取页面日期。"),
    "count.differ": gettext_noop("同一总数出现不同数值：%(texts)s；取第一个。"),
    "number.gap": gettext_noop("编号不连续：%(before)s 之后是 %(after)s。"),
    "label.missing": gettext_noop("“%(title)s”之下没有“整改情况”字样，其后文字作整改情况处理。"),
    "labels.none": gettext_noop("全文没有“整改情况”一类标签，按标题措辞认出 %(n)s 个问题，其下文字作整改情况处理。"),
    "label.colon": gettext_noop("“%(label)s”之后缺冒号。"),
    "measures.empty": gettext_noop("“%(title)s”之下没有整改情况。"),
    "figure.no_unit": gettext_noop("数字没有可识别的单位，未作数据处理：%(text)s。"),
    "problems.none": gettext_noop("没有逐条列出的问题，只读取了总体情况。"),
    # refusals: another genre
    "not.audit": gettext_noop(
        "这是审计整改的材料，不是巡察（巡视）整改通报：%(title)s。请在审计整改中使用。"
    ),
    "not.supervision": gettext_noop(
        "这是其他督察（督查）整改的材料，不是巡察（巡视）整改通报：%(title)s。请核对所选文件。"
    ),
    "not.plan": gettext_noop("这是巡察整改的方案（清单），还没有整改结果：%(title)s。请提供整改进展情况通报。"),
    "not.start": gettext_noop(
        "这是巡察进驻（动员）的消息，没有整改情况：%(title)s。请提供整改进展情况通报。"
    ),
    "not.feedback": gettext_noop("这是巡察反馈会的消息，没有整改情况：%(title)s。请提供整改进展情况通报。"),
    "not.no_measures": gettext_noop(
        "只列了巡察发现的问题，没有整改情况：%(title)s。请提供整改进展情况通报。"
    ),
    "not.other": gettext_noop("不是巡察（巡视）整改进展情况通报：%(title)s。请核对所选文件。"),
    "not.empty": gettext_noop("没有可读的文字：%(title)s。请核对所选文件。"),
    "not.too_long": gettext_noop("文字超过 %(limit)s 字，不是单独一份通报：%(title)s。请只提供通报正文。"),
    # refusals: files
    "file.missing": gettext_noop("找不到文件：%(name)s。"),
    "file.kind": gettext_noop("不支持的文件类型：%(name)s。请另存为 .txt、.docx、.html 或 .pdf。"),
    "file.scanned": gettext_noop("PDF 中没有文字，只有图片（扫描件）：%(name)s。请先作文字识别，或粘贴全文。"),
    "file.locked": gettext_noop("文件有密码：%(name)s。请去掉密码后再读取。"),
    "file.slow": gettext_noop("文件过于复杂，%(limit)s 秒内没有读完：%(name)s。请另存为文本后再读取。"),
    "file.pages": gettext_noop("PDF 超过 %(limit)s 页：%(name)s。请只保留通报正文。"),
    "file.long": gettext_noop("文件文字过多：%(name)s，上限 %(limit)s 字。请只保留通报正文。"),
    "file.size": gettext_noop("文件过大：%(name)s，上限 %(limit)s MB。"),
    "file.encoding": gettext_noop("无法识别文字编码：%(name)s。请另存为 UTF-8 文本。"),
    "file.broken": gettext_noop("文件已损坏或与扩展名不符：%(name)s。请重新导出。"),
}
