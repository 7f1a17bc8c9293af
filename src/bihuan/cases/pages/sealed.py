"""What is in a sealed case: refused to whom it is not open."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.kernel import access
from bihuan.kernel.errors import NotAllowed
from bihuan.kernel.models import Person
from bihuan.kernel.wording import Message, wording

from ..models import Case
from ..scopes import is_open_to

SEALED = wording("cases.sealed", _("案件 %(number)s 不公开，只有办案人员、部门负责人和经批准的审管办人员可以查看内容。"))


def require_open(person: Person, case: Case) -> Case:
    """The case, whose contents are open to the person. Raises NotAllowed."""
    if not is_open_to(access.viewer(person), case):
        raise NotAllowed(Message(SEALED, {"number": case.number}))
    return case
