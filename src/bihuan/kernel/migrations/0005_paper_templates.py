"""The court's own templates of official papers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0004_indicators"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="文书")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("filename", models.CharField(blank=True, max_length=255, verbose_name="原文件名")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("checked_at", models.DateTimeField(verbose_name="检查时间")),
                ("active_from", models.DateField(verbose_name="启用日期")),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.evidencefile",
                        verbose_name="文件",
                    ),
                ),
                (
                    "restores",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.papertemplate",
                        verbose_name="恢复自",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "文书模板",
                "ordering": ["kind", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "version"), name="paper_template_version"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gt", 0)), name="paper_template_counts_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", True), ("filename", "")),
                            models.Q(("file__isnull", False), models.Q(("filename", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="paper_template_file_has_name",
                    ),
                ],
            },
        ),
    ]
