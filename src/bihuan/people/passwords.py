"""Password rules. Composition and periodic change are demanded by the graded-protection baseline (GB/T 22239-2019
8.1.4.1 a), against the advice of ASVS 5.0 (6.2.5, 6.2.10); the statutory rule wins, the deviation is documented."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bihuan.kernel import clock
from bihuan.kernel.models import Person

KINDS = (str.islower, str.isupper, str.isdigit)
WANTED = 3


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's, whose refusal lost its Chinese words in 5.2."""

    def get_error_message(self) -> str:
        """Why the password is refused."""
        return _("密码太短，至少 %(n)s 个字符。") % {"n": self.min_length}


class ComplexityValidator:
    """At least three of: small letters, capital letters, digits, other characters."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError when fewer than three kinds of characters are used."""
        used = sum(any(kind(c) for c in password) for kind in KINDS) + any(not c.isalnum() for c in password)
        if used < WANTED:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """What the form says beside the field."""
        return _("密码须包含小写字母、大写字母、数字、其他符号中的至少三类。")


def is_expired(person: Person) -> bool:
    """Whether the person must choose a new password before going on."""
    if person.must_change_password:
        return True
    if settings.BIHUAN_PASSWORD_DAYS <= 0 or person.password_changed_at is None:
        return False
    return (clock.now() - person.password_changed_at).days >= settings.BIHUAN_PASSWORD_DAYS
