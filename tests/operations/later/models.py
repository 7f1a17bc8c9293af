from django.db import models


class Thing(models.Model):
    """What the later version keeps."""

    name = models.CharField(max_length=40)
    number = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name
