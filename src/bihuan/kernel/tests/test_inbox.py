"""The inbox: sent with its event, read by its addressee alone."""

import pytest

from bihuan.kernel import access, inbox
from bihuan.kernel.models import InboxItem
from bihuan.kernel.wording import Message, wording
from bihuan.kernel.work import OutsideWork, unit_of_work

from . import org_factory as make

pytestmark = pytest.mark.django_db
SAYS = wording("test.inbox", "请处理 %(what)s")


def send(people, what="甲"):
    with unit_of_work(None) as uow:
        inbox.send(people, Message(SAYS, {"what": what}), url="/x/")
        uow.record("test.made")


def test_a_notice_reaches_its_addressees_once_each(django_assert_num_queries):
    one, two, gone = make.person(), make.person(), make.person(active=False)
    send([one, two, one, gone])
    assert InboxItem.objects.count() == 2
    with django_assert_num_queries(1):
        assert inbox.unread(one) == 1
    assert str(InboxItem.objects.get(person=one)) == "请处理 甲"


def test_a_notice_needs_an_event():
    with pytest.raises(OutsideWork):
        inbox.send(make.person(), Message(SAYS, {"what": "甲"}))


def test_each_sees_and_reads_only_their_own():
    one, two = make.person(), make.person()
    send([one, two])
    assert access.visible(one, InboxItem).count() == 1
    theirs = InboxItem.objects.get(person=two)
    assert inbox.mark_read(actor=one, items=[theirs.pk]) == 0
    assert inbox.unread(two) == 1
    assert inbox.mark_read(actor=one) == 1
    assert inbox.unread(one) == 0
