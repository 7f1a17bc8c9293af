"""Roles come with posts; administrators have no business; what nobody opened is closed."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction

from bihuan.kernel import access, org
from bihuan.kernel.models import Delegation, HandOver, Person
from bihuan.kernel.work import unit_of_work

from . import org_factory as make

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


def test_a_viewer_is_what_the_posts_make_of_a_person():
    court, civil = make.unit("法院"), make.unit("民一庭")
    head, leader = make.person("庭长"), make.person("副院长")
    make.post(head, "head", civil)
    make.leads(make.post(leader, "leader", court), civil)
    assert access.viewer(head, DAY).headed == {civil.pk}
    assert access.viewer(leader, DAY).led == {civil.pk}
    assert access.viewer(leader, DAY).headed == frozenset()
    assert org.head_of(civil, DAY) == head
    assert org.leader_of(civil, DAY) == leader


def test_a_post_ends_with_its_last_day():
    civil, head = make.unit(), make.person()
    make.post(head, "head", civil, ends=DAY)
    assert access.viewer(head, DAY).has("head")
    access.forget(head)
    assert not access.viewer(head, DAY + dt.timedelta(days=1)).has("head")


def test_a_deputy_acts_with_the_principals_posts_for_the_days_given():
    civil, head, deputy = make.unit(), make.person(), make.person("副庭长")
    make.post(head, "head", civil)
    with unit_of_work(None) as uow:
        row = Delegation.objects.create(person=head, deputy=deputy, starts=DAY, ends=DAY, reason="外出培训")
        uow.record("test.made", row)
    seen = access.viewer(deputy, DAY)
    assert seen.headed == {civil.pk} and seen.is_me(head.pk)
    access.forget(deputy)
    assert access.viewer(deputy, DAY + dt.timedelta(days=1)).headed == frozenset()


@pytest.mark.parametrize("admin_role", ["system", "security", "audit"])
def test_an_administrator_holds_no_post_and_sees_no_business(admin_role):
    civil, admin = make.unit(), make.person("管理员", admin_role=admin_role)
    with pytest.raises(DatabaseError), transaction.atomic():
        make.post(admin, "head", civil)
    seen = access.viewer(admin, DAY)
    assert seen.admin_role == admin_role and not seen.roles and not seen.units


def test_a_post_holder_is_not_made_an_administrator():
    civil, head = make.unit(), make.person()
    make.post(head, "head", civil)
    with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(None) as uow:
        Person.objects.filter(pk=head.pk).update(admin_role="audit")
        uow.record("test.made", head)


def test_one_administrator_does_not_become_another():
    admin = make.person("管理员", admin_role="system")
    with pytest.raises(DatabaseError), transaction.atomic(), unit_of_work(None) as uow:
        Person.objects.filter(pk=admin.pk).update(admin_role="audit")
        uow.record("test.made", admin)


def test_a_disabled_person_has_nothing():
    civil, gone = make.unit(), make.person(active=False)
    make.post(gone, "head", civil)
    assert access.viewer(gone, DAY).roles == frozenset()


def test_a_model_nobody_opened_stays_closed():
    class Unscoped(HandOver):
        class Meta:
            proxy = True
            app_label = "kernel"

    with pytest.raises(ImproperlyConfigured, match="no access scope"):
        access.visible(make.person(), Unscoped)


def test_an_unknown_action_is_an_error_not_a_yes():
    with pytest.raises(ImproperlyConfigured):
        access.may(make.person(), "no.such.action")
