"""The WSGI application (granian serves it; sync views are far slower under ASGI)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
application = get_wsgi_application()
