"""What was counted on the day itself, and what was counted afterwards; standing alerts counted day by day."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def mark_late(apps: Any, schema_editor: Any) -> None:
    """Figures that were counted on a later day than the one they are of."""
    rows = apps.get_model("kernel", "IndicatorSnapshot").objects.using(schema_editor.connection.alias)
    rows.filter(taken_at__date__gt=F("on")).update(afterwards=True)


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0006_bulletins"),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="统计日")),
                ("counts", models.JSONField(default=list, verbose_name="件数")),
                ("taken_at", models.DateTimeField(verbose_name="计算时间")),
                ("afterwards", models.BooleanField(default=False, verbose_name="事后补算")),
            ],
            options={
                "verbose_name": "预警统计",
                "ordering": ["on", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="indicatorsnapshot",
            name="indicator_snapshot_unit",
        ),
        migrations.RemoveConstraint(
            model_name="indicatorsnapshot",
            name="indicator_snapshot_court",
        ),
        migrations.AddField(
            model_name="indicatorsnapshot",
            name="afterwards",
            field=models.BooleanField(default=False, verbose_name="事后补算"),
        ),
        migrations.RunPython(mark_late, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="indicatorsnapshot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)),
                fields=("code", "on", "starts", "unit", "afterwards"),
                name="indicator_snapshot_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatorsnapshot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)),
                fields=("code", "on", "starts", "afterwards"),
                name="indicator_snapshot_court",
            ),
        ),
        migrations.AddField(
            model_name="alerttally",
            name="unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.unit",
                verbose_name="部门",
            ),
        ),
        migrations.AddConstraint(
            model_name="alerttally",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)), fields=("on", "unit"), name="alert_tally_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="alerttally",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)), fields=("on",), name="alert_tally_court"
            ),
        ),
    ]
