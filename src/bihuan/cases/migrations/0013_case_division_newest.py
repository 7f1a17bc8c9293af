"""An index for the list of a division's open cases, newest first: without it the list walks over everybody's."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_access_reasons")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["division", "-filed_on", "-id"],
                name="case_open_division_filed",
                condition=Q(closed_on__isnull=True, voided_at__isnull=True),
            ),
        ),
    ]
