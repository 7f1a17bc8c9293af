"""No pages: what the core does must not depend on them."""

urlpatterns: list[object] = []
