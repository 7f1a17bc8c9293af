"""A command of the program that is killed (SIGKILL) at a step one chooses: `python -m tests.operations.killed STEP COMMAND ...`.

A step is a call into `kernel/operations`: the same work has the same steps on every machine, however fast. Step 0 is never
reached: the command runs to its end and the number of its steps is the last line printed. Step -1 is the moment after the
command's last step, before its process has ended by itself.
"""

import os
import signal
import sys
from types import FrameType
from typing import Any

from bihuan import cli

AT_THE_END = -1
WATCHED = f"kernel{os.sep}operations{os.sep}"

if __name__ == "__main__":
    last, steps = int(sys.argv[1]), 0

    def count(frame: FrameType, event: str, _argument: Any) -> None:
        global steps
        if event == "call" and WATCHED in frame.f_code.co_filename:
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.argv = ["bihuan", *sys.argv[2:]]
    sys.setprofile(count)
    try:
        cli.main()
    except SystemExit as end:
        assert not end.code, end.code
    sys.setprofile(None)
    if last == AT_THE_END:
        os.kill(os.getpid(), signal.SIGKILL)
    print(f"\n{steps}")
