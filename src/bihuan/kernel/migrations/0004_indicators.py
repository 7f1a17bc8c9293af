"""Indicators as they were counted on a day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_search_and_gravity"),
    ]

    operations = [
        migrations.CreateModel(
            name="IndicatorSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="指标")),
                ("on", models.DateField(verbose_name="统计日")),
                ("starts", models.DateField(verbose_name="自")),
                ("ends", models.DateField(verbose_name="至")),
                ("numerator", models.BigIntegerField(verbose_name="分子")),
                ("denominator", models.BigIntegerField(null=True, verbose_name="分母")),
                ("version", models.CharField(blank=True, max_length=40, verbose_name="参数版本")),
                ("taken_at", models.DateTimeField(verbose_name="计算时间")),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.unit",
                        verbose_name="部门",
                    ),
                ),
            ],
            options={
                "verbose_name": "指标快照",
                "ordering": ["code", "on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", False)),
                        fields=("code", "on", "starts", "unit"),
                        name="indicator_snapshot_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", True)),
                        fields=("code", "on", "starts"),
                        name="indicator_snapshot_court",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gte", models.F("starts"))), name="indicator_snapshot_order"
                    ),
                ],
            },
        ),
    ]
