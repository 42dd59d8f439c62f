"""The program: harden the process, run the command line, return an exit code."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ledgervault.cli.app import main as main_

__all__ = ["main", "run"]


# A batch makes many objects and few cycles; looking for them often costs a tenth.
CYCLES = (50_000, 50, 100)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; return its exit code."""
    return main_(sys.argv[1:] if argv is None else argv)


def run() -> NoReturn:
    """Run as the program `vault`."""
    from ledgervault.cli.hardening import harden_process

    harden_process()
    gc.set_threshold(*CYCLES)
    # Columns are sifted, nothing is multiplied: a pool of threads would only spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main())


if __name__ == "__main__":
    run()
