"""The court's roles. They come with posts; what each may do is declared beside the acts."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.access import Role, register_role

PRESIDENT = register_role(Role("president", _("院长"), heads=True, leads=True))
LEADER = register_role(Role("leader", _("分管领导"), leads=True))
HEAD = register_role(Role("head", _("庭长/部门负责人"), heads=True))
JUDGE = register_role(Role("judge", _("法官")))
CLERK = register_role(Role("clerk", _("法官助理/书记员")))
DEPARTMENT_CLERK = register_role(Role("dept_clerk", _("部门内勤"), clerk=True))
RECTIFICATION_OFFICE = register_role(Role("rectification_office", _("整改办")))
TRIAL_MANAGEMENT = register_role(Role("trial_management", _("审管办")))
FILING_HEAD = register_role(Role("filing_head", _("立案庭庭长"), heads=True))
FILING_SUPERVISOR = register_role(Role("filing_supervisor", _("立案监督专班")))
ENFORCEMENT_HEAD = register_role(Role("enforcement_head", _("执行局局长"), heads=True))
FUND_KEEPER = register_role(Role("fund_keeper", _("案款管理人")))
FINANCE = register_role(Role("finance", _("财务")))
COMMITTEE_MEMBER = register_role(Role("committee_member", _("审判委员会委员")))
COMMITTEE_SECRETARY = register_role(Role("committee_secretary", _("审判委员会秘书")))
PETITION_OFFICE = register_role(Role("petition_office", _("信访办")))
INSPECTION_OFFICE = register_role(Role("inspection_office", _("督察室")))
PARTY_DISCIPLINE = register_role(Role("party_discipline", _("机关纪委")))
STATIONED_DISCIPLINE = register_role(Role("stationed_discipline", _("派驻纪检监察组")))
POLITICAL = register_role(Role("political", _("政治部")))
PARTY_COMMITTEE = register_role(Role("party_committee", _("机关党委")))
OFFICE = register_role(Role("office", _("办公室/党组秘书")))
ARCHIVE = register_role(Role("archive", _("档案室")))
