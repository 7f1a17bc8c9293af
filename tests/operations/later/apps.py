from django.apps import AppConfig


class LaterConfig(AppConfig):
    name = "tests.operations.later"
    label = "later"
    default_auto_field = "django.db.models.BigAutoField"
