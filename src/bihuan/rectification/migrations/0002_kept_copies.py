"""Copies that lists and counts stand on: the light of a measure, the feedback day of its round; and the indexes of the lists."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce


def fill(apps: Any, schema_editor: Any) -> None:
    """Copy what stands now; from here on triggers keep it."""
    database = schema_editor.connection.alias
    attempt, measure, problem, inspection = (
        apps.get_model("rectification", name) for name in ("Attempt", "Measure", "Problem", "InspectionRound")
    )
    newest = attempt.objects.filter(measure=OuterRef("pk")).order_by("-number")
    day = inspection.objects.filter(pk=OuterRef("round_id")).values("feedback_on")[:1]
    problem.objects.using(database).update(feedback_on=Subquery(day))
    measure.objects.using(database).update(
        feedback_on=Subquery(day),
        light=Subquery(newest.values("state")[:1]),
        outcome=Coalesce(Subquery(newest.values("result")[:1]), Value("")),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0001_initial"),
        ("rectification", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="measure",
            name="feedback_on",
            field=models.DateField(editable=False, null=True, verbose_name="反馈日期"),
        ),
        migrations.AddField(
            model_name="measure",
            name="light",
            field=models.CharField(editable=False, max_length=20, null=True, verbose_name="状态"),
        ),
        migrations.AddField(
            model_name="measure",
            name="outcome",
            field=models.CharField(blank=True, default="", editable=False, max_length=12, verbose_name="结果"),
        ),
        migrations.AddField(
            model_name="problem",
            name="feedback_on",
            field=models.DateField(editable=False, null=True, verbose_name="反馈日期"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddField(
            model_name="measure",
            name="open_due",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        light__in=("not_started", "in_progress", "applied", "head_passed", "leader_passed", "verified"),
                        then=models.F("due"),
                    ),
                    default=None,
                ),
                output_field=models.DateField(null=True, verbose_name="未办结的完成期限"),
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["state", "applied_on", "id"], name="attempt_waiting"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["-opened_on", "id"], name="attempt_listed"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["-feedback_on", "order", "id"],
                name="measure_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["round", "-feedback_on", "order", "id"],
                name="measure_round_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)), fields=["code", "id"], name="measure_by_code"
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)), fields=["light", "due", "id"], name="measure_by_light"
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)), fields=["open_due", "id"], name="measure_open_due"
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["round", "light", "outcome"],
                name="measure_round_light",
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["round", "light", "due", "id"],
                name="measure_round_board",
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["round", "open_due", "light"],
                name="measure_round_open_due",
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["round", "problem", "light", "outcome", "open_due", "lead_unit", "person", "leader"],
                name="measure_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["-feedback_on", "order", "id"],
                name="problem_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)),
                fields=["round", "-feedback_on", "order", "id"],
                name="problem_round_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)), fields=["code", "id"], name="problem_by_code"
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)), fields=["grade", "id"], name="problem_by_grade"
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", True)), fields=["leader", "id"], name="problem_by_leader"
            ),
        ),
    ]
