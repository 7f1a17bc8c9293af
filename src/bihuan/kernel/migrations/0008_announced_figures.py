"""Figures announced by the upper court."""

from django.db import migrations, models

import bihuan.kernel.models.announced


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0007_figures_then"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnnouncedFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("voided_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="作废时间")),
                ("void_reason", models.CharField(blank=True, editable=False, max_length=300, verbose_name="作废理由")),
                (
                    "code",
                    models.CharField(choices=bihuan.kernel.models.announced._codes, max_length=60, verbose_name="指标"),
                ),
                ("starts", models.DateField(verbose_name="自")),
                ("ends", models.DateField(verbose_name="至")),
                ("value", models.DecimalField(decimal_places=4, max_digits=16, verbose_name="公布值")),
                ("numerator", models.BigIntegerField(blank=True, null=True, verbose_name="分子")),
                ("denominator", models.BigIntegerField(blank=True, null=True, verbose_name="分母")),
                ("document", models.CharField(max_length=160, verbose_name="文件名称、文号")),
                ("announced_on", models.DateField(verbose_name="公布日期")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="备注")),
                ("cut_short", models.BooleanField(default=False, editable=False, verbose_name="截尾")),
            ],
            options={
                "verbose_name": "上级公布数",
                "ordering": ["-ends", "code", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at__isnull", True)),
                        fields=("code", "starts", "ends"),
                        name="announced_once",
                        violation_error_message="该指标这一期间已有公布数；上级更正的，请更正原来那一条。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gte", models.F("starts"))),
                        name="announced_in_order",
                        violation_error_message="截止日早于起始日，请核对。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("denominator__isnull", True), ("numerator__isnull", True)),
                            models.Q(
                                ("denominator__gt", 0),
                                ("denominator__isnull", False),
                                ("numerator__gte", 0),
                                ("numerator__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="announced_both_counts",
                        violation_error_message="分子、分母要么都填，要么都不填；分母大于零。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True), name="announced_document"
                    ),
                ],
            },
        ),
    ]
