"""The WSGI application of the public process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.disclosure.public.settings")
application = get_wsgi_application()
