"""Settings of the test-suite: the product's own, in a home and on databases of their own.

Each test process has a fresh BIHUAN_HOME inside one temporary folder, which the process that
made it removes at its end. `BIHUAN_TEST_DATABASE_URL` puts the suite on PostgreSQL (Django makes and drops
`test_...` databases there; the named database itself is not touched).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_base = os.environ.get("BIHUAN_TEST_BASE")
if not _base or not Path(_base).is_dir():
    _base = tempfile.mkdtemp(prefix="bihuan-tests-")
    os.environ["BIHUAN_TEST_BASE"] = _base  # workers of pytest-xdist inherit it
    atexit.register(shutil.rmtree, _base, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("BIHUAN_")]:
    if not _name.startswith(("BIHUAN_TEST", "BIHUAN_BROWSER")):
        del os.environ[_name]  # a developer's own settings do not reach the tests
_home = Path(tempfile.mkdtemp(prefix="home-", dir=_base))
os.environ["BIHUAN_HOME"] = str(_home)
(_home / "static").mkdir()  # WhiteNoise warns of a missing folder; pages get their files from the finders
if _url := os.environ.get("BIHUAN_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = _url
# Playwright's synchronous interface runs an event loop in the test's thread, which Django would refuse.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from tests.support import covering  # noqa: E402

covering.start()

from bihuan.settings import *  # noqa: E402, F403
from bihuan.settings import DATABASES, STORAGES  # noqa: E402

BIHUAN_SIMULATION_WRITES = True  # tests act on days of their choice; the product refuses that outside the demo
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # log-ins in tests need no work factor
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file and not memory: threads, the live server and two patrols at once meet the real locks.
    DATABASES["default"].setdefault("TEST", {})["NAME"] = str(_home / "test.sqlite3")
