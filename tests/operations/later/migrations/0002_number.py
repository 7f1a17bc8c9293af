import os

from django.db import migrations, models


def stumble(apps, schema_editor):
    apps.get_model("later", "Thing").objects.create(name="half-way")
    if os.environ.get("LATER_STUMBLES"):
        raise RuntimeError("the data are not as this step expects")


class Migration(migrations.Migration):
    dependencies = [("later", "0001_initial")]
    operations = [
        migrations.RunPython(stumble),
        migrations.AddField("Thing", "number", models.IntegerField(default=0)),
    ]
