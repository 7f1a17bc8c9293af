"""A target goes with its post; a receipt is not settled before it came."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

OWES = ("president", "leader", "head", "filing_head", "enforcement_head")
NAMED = 20
KEEPER = "bh_share_target_stays"


def no_receipt_settled_before_it_came(apps: Any, schema_editor: Any) -> None:
    """Refuse to go on while there are such rows, naming them: which of the two days is wrong only the court knows."""
    rows = apps.get_model("cases", "Receipt").objects.using(schema_editor.connection.alias).filter(outcome_on__lt=F("received_on"), voided_at=None)
    numbers = list(rows.order_by("receipt_no").values_list("receipt_no", flat=True)[: NAMED + 1])
    if numbers:
        told = "、".join(numbers[:NAMED]) + ("……" if len(numbers) > NAMED else "")
        raise RuntimeError(f"以下立案收件的处理日期早于收到材料的日期，请先用原版本在“立案收件”中更正或者作废，再升级：{told}")


def name_posts(apps: Any, schema_editor: Any) -> None:
    """Each target names the post its person held on the day it was set. The trigger that keeps targets as they were set comes back after
    the migration, as all of them do."""
    database = schema_editor.connection.alias
    on = " ON cases_sharetarget" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {KEEPER}{on}")
    held = apps.get_model("kernel", "Assignment").objects.using(database).filter(post__role__in=OWES)
    targets = apps.get_model("cases", "ShareTarget").objects.using(database)
    for pk, person, day in targets.filter(post=None).values_list("pk", "person_id", "set_on"):
        rows = held.filter(Q(ends=None) | Q(ends__gte=day), person=person, starts__lte=day)
        post = rows.order_by("starts", "pk").values_list("post_id", flat=True).last()
        if post is not None:
            targets.filter(pk=pk).update(post=post)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0012_access_reasons'),
        ('kernel', '0004_indicators'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='sharerecord',
            name='hard_post',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='该岗位本年已办重大疑难复杂案件'),
        ),
        migrations.AddField(
            model_name='sharetarget',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.post', verbose_name='岗位'),
        ),
        migrations.AlterField(
            model_name='sharetarget',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记时的任职人'),
        ),
        migrations.AddIndex(
            model_name='sharetarget',
            index=models.Index(fields=['year', 'post'], name='share_target_post'),
        ),
        migrations.RunPython(no_receipt_settled_before_it_came, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('received_on__isnull', True), ('outcome_on__isnull', True), ('outcome_on__gte', models.F('received_on')), ('voided_at__isnull', False), _connector='OR'), name='receipt_outcome_in_order', violation_error_message='处理日期早于收到材料的日期，请核对。'),
        ),
        migrations.RunPython(name_posts, migrations.RunPython.noop),
    ]
