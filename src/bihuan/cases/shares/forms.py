"""The form of a target."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import clock
from bihuan.kernel.ledger.forms import LedgerForm
from bihuan.kernel.models import Assignment, Post

from ..models import ShareTarget
from .counting import JUDGE, ROLES


class PostField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A post, named with whoever holds it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Post.objects.none(), **kwargs)
        self.holders: dict[int, Any] = {}

    def label_from_instance(self, obj: Any) -> str:
        """The post and its holder."""
        return f"{obj}（{self.holders[obj.pk]}）"


class TargetForm(LedgerForm):
    """A new target of a post; who holds the post, who set it and when follow from the day and the act."""

    post = PostField(label=_("岗位"), help_text=_("院长、院领导、庭长的岗位。任务随岗位，换人由接任的继续完成；再次登记同一年度的，以后一次为准。"))

    class Meta:
        model = ShareTarget
        fields: ClassVar = ["year", "post", "in_quota", "count", "reference"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.initial.setdefault("year", today.year)
        self.instance.set_on, self.instance.set_by = today, self.person
        of_judges = Q(post__role__in=("president", "leader")) | Q(post__unit__in=Post.objects.filter(role=JUDGE).values("unit"))
        held = Assignment.objects.filter(Assignment.on(today), of_judges, post__role__in=ROLES, person__is_active=True)
        posts: Any = self.fields["post"]
        posts.holders = {row.post_id: row.person for row in held.select_related("person").order_by("starts", "pk")}
        posts.queryset = Post.objects.filter(pk__in=posts.holders).select_related("unit")
        self.fields["in_quota"].help_text = _("现任职的院领导是否入额要登记；未入额的不计最低比例，件数填 0。")

    def clean(self) -> dict[str, Any]:
        """The holder of the post is who the row speaks of."""
        given = super().clean() or {}
        if given.get("post") is not None:
            self.instance.person = self.fields["post"].holders[given["post"].pk]  # type: ignore[attr-defined]
        return given

    def values(self) -> dict[str, Any]:
        """What was given, with the day, the holder and who set it."""
        return super().values() | {"set_on": clock.today(), "set_by": self.person, "person": self.instance.person}
