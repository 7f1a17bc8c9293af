"""What the full-text index has still to take in; alerts by gravity."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0002_large_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchPending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=63, verbose_name="索引")),
                ("object_id", models.PositiveBigIntegerField(verbose_name="对象")),
            ],
            options={
                "verbose_name": "待建立的检索索引",
            },
        ),
        migrations.AddField(
            model_name="alert",
            name="gravity",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(severity="serious", then=0),
                    models.When(severity="warning", then=1),
                    models.When(severity="notice", then=2),
                    default=3,
                ),
                output_field=models.PositiveSmallIntegerField(verbose_name="级别次序"),
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("cleared_on__isnull", True)),
                fields=["gravity", "due", "first_seen", "id"],
                name="alert_gravest",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("cleared_on__isnull", True)),
                fields=["rule", "gravity", "due", "first_seen", "id"],
                name="alert_rule_gravest",
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("cleared_on__isnull", False)), fields=["-cleared_on", "-id"], name="alert_cleared"
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["-first_seen", "-id"], name="alert_newest"),
        ),
        migrations.AlterField(
            model_name="alertstep",
            name="person",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="对象人员",
            ),
        ),
        migrations.AddIndex(
            model_name="alertstep",
            index=models.Index(fields=["alert", "person"], name="alert_step_told"),
        ),
        migrations.AddIndex(
            model_name="alertstep",
            index=models.Index(fields=["person", "alert"], name="alert_step_person"),
        ),
        migrations.AddIndex(
            model_name="searchpending",
            index=models.Index(fields=["table", "id"], name="search_pending_table"),
        ),
    ]
