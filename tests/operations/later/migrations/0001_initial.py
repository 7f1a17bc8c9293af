from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Thing", fields=[("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=40))]
        )
    ]
