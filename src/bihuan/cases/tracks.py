"""The closed track of this domain."""

from django.utils.translation import gettext_lazy as _

SEALED = "sealed"
SEALED_NAME = _("不公开案件")
