"""Several acts at the same moment, each in a thread with a connection of its own."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from bihuan.kernel import clock


def at_once(*acts: Callable[[], Any], day: dt.date) -> list[Any]:
    """Run the acts in threads that start together; what each returned, or the exception it raised."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            with clock.simulate(day):
                start.wait(timeout=300)
                found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=1200)
    return found
