"""The indicators of the sets that no facts of ours carry yet: each says with which facts it comes. See kernel.indicators.sets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.indicators.sets import open_indicator

ENFORCEMENT = _("执行案件和执行案款")
DOSSIERS = _("卷宗归档")
PETITIONS = _("信访")
UPPER = _("上级法院的再审案件")
STAGES = _("同一纠纷各审级、执行案件的关联")
STAFF = _("员额法官人数（人事）")
SURVEY = _("问卷调查")
MEDIATION = _("诉前调解")
DISCIPLINE = _("监督执纪和审务督察")
PERSONNEL = _("人员编制（人事）")
DAYS = _("逐案扣除天数")
BENCH = _("当庭裁判的登记")

for _code, _title, _formula, _waits, _kind, _tag in (
    ("case-to-item", _("案-件比"), _("同一纠纷在各审级和执行产生的“件” ÷ “案”"), STAGES, "ratio", "M"),
    ("enforced-amount", _("执行到位率"), _("执行到位金额 ÷ 结案案件申请执行金额"), ENFORCEMENT, "percent", "S"),
    ("enforced-whole", _("执行完毕率"), _("首次执行案件执行完毕 ÷ 首次执行结案"), ENFORCEMENT, "percent", "M"),
    (
        "ended-for-now",
        _("首执案件终本率"),
        _("首次执行案件终结本次执行程序 ÷ 首次执行结案"),
        ENFORCEMENT,
        "percent",
        "M",
    ),
    ("retrial-applied", _("申诉、申请再审率"), _("申诉、申请再审 ÷ 生效裁判"), UPPER, "percent", "M"),
    (
        "civil-to-enforcement",
        _("民事裁判申请执行率"),
        _("申请执行的民事裁判 ÷ 有给付内容的生效民事裁判"),
        ENFORCEMENT,
        "percent",
        "M",
    ),
    ("retrial-ratio", _("再审改判-发回重审比"), _("期间内再审改判 ÷ 发回重审"), UPPER, "ratio", "M"),
    ("retrial-changed", _("生效裁判被改判率"), _("再审改判 ÷ 生效裁判"), UPPER, "percent", "M"),
    ("retrial-remanded", _("生效裁判被发回重审率"), _("再审发回重审 ÷ 生效裁判"), UPPER, "percent", "M"),
    ("retrial-ruled", _("裁定再审率"), _("裁定再审 ÷ 生效裁判"), UPPER, "percent", "M"),
    ("per-judge", _("法官人均结案数"), _("结案 ÷ 员额法官（不含诉前调解、执保、执恢）"), STAFF, "ratio", "S"),
    (
        "advice-answered",
        _("司法建议反馈率"),
        _("收到反馈的司法建议 ÷ 发出的司法建议"),
        _("司法建议的登记"),
        "percent",
        "M",
    ),
    ("days-net", _("平均结案时间（扣除后）"), _("（结案日−立案日−扣除天数）之和 ÷ 结案"), DAYS, "days", "M"),
    (
        "accepted-2016",
        _("服判息诉率（2016年地方口径）"),
        _("1−（上诉＋申诉再审新收＋上级再审）÷（一审＋再审结案）"),
        UPPER,
        "percent",
        "S",
    ),
    ("at-once", _("当庭裁判率"), _("当庭裁判 ÷ 开庭裁判"), BENCH, "percent", "M"),
    ("before-suit", _("诉前调解成功分流率"), _("诉前调解成功 ÷（诉前调解成功＋一审新收）"), MEDIATION, "percent", "M"),
    ("archived", _("归档率"), _("按期归档 ÷ 应归档"), DOSSIERS, "percent", "S"),
    ("funds-paid", _("案款发放率"), _("已发放金额 ÷ 应发放金额"), ENFORCEMENT, "percent", "S"),
    ("case-to-petition", _("案访比"), _("信访件 ÷ 受理案件"), PETITIONS, "percent", "M"),
    ("compensation", _("司法赔偿率"), _("司法赔偿案件 ÷ 结案"), _("司法赔偿案件"), "percent", "M"),
    (
        "enforced-in-time",
        _("有财产可供执行案件法定期限内实际执结率"),
        _("法定期限内实际执结 ÷ 有财产可供执行的结案"),
        ENFORCEMENT,
        "percent",
        "S",
    ),
    ("ended-qualified", _("无财产可供执行案件终本合格率"), _("终本合格 ÷ 抽查的终本案件"), ENFORCEMENT, "percent", "S"),
    ("enforcement-petitions", _("执行信访案件办结率"), _("办结的执行信访 ÷ 受理的执行信访"), PETITIONS, "percent", "S"),
    (
        "closed-three-years",
        _("近三年整体执结率"),
        _("（终本结案＋法定期限内实际执结）÷ 三年受理"),
        ENFORCEMENT,
        "percent",
        "S",
    ),
    ("funds-count", _("案款发放笔数"), _("期间内发放的执行案款笔数"), ENFORCEMENT, "count", "S"),
    ("backlog-archived", _("超期未归档卷宗已归档数"), _("期间内归档的超期卷宗"), DOSSIERS, "count", "S"),
    ("mediation-archived", _("先行调解案件归档率"), _("已归档的先行调解案件 ÷ 应归档的先行调解案件"), DOSSIERS, "percent", "S"),
    ("president-petitions", _("院长包案数"), _("期间内院长包案的信访"), PETITIONS, "count", "S"),
    ("forms", _("监督执纪“四种形态”人次"), _("期间内运用各种形态处理的人次"), DISCIPLINE, "count", "S"),
    ("inspections", _("审务督察通报期数"), _("期间内印发的督察通报"), DISCIPLINE, "count", "S"),
    ("enforcement-staff", _("执行干警占政法专编比"), _("在编执行干警 ÷ 政法专项编制人数"), PERSONNEL, "percent", "S"),
    ("certificates", _("因私出国（境）证件处理人数"), _("期间内处理的证件管理问题人数"), PERSONNEL, "count", "S"),
    ("access", _("公众满意度（CourTools 1）"), _("使用者评分的平均数"), SURVEY, "ratio", "M"),
    ("files", _("案卷完整准确率（CourTools 6）"), _("按时找到且完整、准确的案卷 ÷ 抽查案卷"), DOSSIERS, "percent", "M"),
    ("penalties", _("罚金等到位率（CourTools 7）"), _("到位的罚金等 ÷ 判处的罚金等"), ENFORCEMENT, "percent", "M"),
    (
        "jurors",
        _("人民陪审员参审（CourTools 8）"),
        _("陪审员到庭率 × 使用率"),
        _("人民陪审员参审的登记"),
        "percent",
        "M",
    ),
    ("employees", _("工作人员满意度（CourTools 9）"), _("工作人员评分的平均数"), SURVEY, "ratio", "M"),
    ("cost", _("案均费用（CourTools 10）"), _("费用 ÷ 结案（按案件类型）"), _("财务决算"), "ratio", "M"),
):
    open_indicator(f"open.{_code}", title=_title, formula=_formula, waits=_waits, kind=_kind, tag=_tag)
