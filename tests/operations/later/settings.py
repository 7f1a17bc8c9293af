"""The settings of the later version."""

import bihuan

bihuan.__version__ = "9.9.0"

from bihuan.settings import *  # noqa: E402, F403
from bihuan.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "tests.operations.later.apps.LaterConfig"]
