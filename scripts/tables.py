"""Documents some tables of which are made from data: a script of theirs writes them or checks them."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


def main(document: Path, renewed: Callable[[str], str], about: str | None) -> None:
    """The command line of such a script: `write` puts the tables as the data have them now, `check` fails where they differ."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("what", choices=("write", "check"))
    held = document.read_text(encoding="utf-8")
    wanted = renewed(held)
    if parser.parse_args().what == "write":
        document.write_text(wanted, encoding="utf-8")
    elif held != wanted:
        sys.exit(f"{document.name} is not what the data say; run: .venv/bin/python scripts/{Path(sys.argv[0]).name} write")
