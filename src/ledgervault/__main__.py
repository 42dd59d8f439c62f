"""The program: harden the process, run the command line, return an exit code."""

import sys
from collections.abc import Sequence
from typing import NoReturn

from ledgervault.cli.app import main as main_

__all__ = ["main", "run"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit code."""
    return main_(sys.argv[1:] if argv is None else argv)


def run() -> NoReturn:
    """Run as the program `vault`."""
    from ledgervault.cli.allocation import keep_memory
    from ledgervault.cli.hardening import harden_process

    harden_process()
    keep_memory()
    sys.exit(main())


if __name__ == "__main__":
    run()
