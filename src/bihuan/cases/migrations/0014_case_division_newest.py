"""Indexes for lists of open cases, newest first: of one division; and of all, past which a walk reads no row it does not show."""

from django.db import migrations, models
from django.db.models import Q

OPEN = Q(closed_on__isnull=True, voided_at__isnull=True)
WHOSE = ("division", "judge", "assistant", "voided_at", "closed_on")


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_targets_of_posts")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["division", "-filed_on", "-id"], name="case_open_division_filed", condition=OPEN),
        ),
        migrations.RemoveIndex(model_name="case", name="case_open_filed"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-filed_on", "-id", "expires_on", *WHOSE], name="case_open_filed", condition=OPEN),
        ),
    ]
