"""One command line from argv to exit code; the only `except` of the program."""

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence

from ledgervault import __version__
from ledgervault.cli import session as sessions
from ledgervault.cli.hardening import Terminated
from ledgervault.cli.options import GlobalOptions, split_options
from ledgervault.cli.output import Output
from ledgervault.cli.words import choose_language
from ledgervault.errors import ItemsFailed, LedgerVaultError, StorageUnavailable

INTERRUPTED, TERMINATED, BUG = 130, 143, 1

Adjust = Callable[[GlobalOptions], None]


def main(argv: Sequence[str], *, adjust: Adjust | None = None) -> int:
    """Run one command line; `adjust` lets a test change the options first."""
    try:
        options, rest = split_options(argv, os.environ)
    except LedgerVaultError as error:
        Output(GlobalOptions()).error(error)
        return error.exit_code
    if adjust is not None:
        adjust(options)
    choose_language(options.language)
    if rest[:1] in (["--version"], ["-V"]):
        return _print_version()
    return _guarded(options, rest)


def _guarded(options: GlobalOptions, rest: list[str]) -> int:
    session = sessions.Session(options)
    session.command = " ".join(word for word in rest[:2] if not word.startswith("-"))
    token = sessions.enter(session)
    try:
        return _run(rest)
    except BaseException as error:  # noqa: BLE001 - the one place that turns errors into codes
        return _exit_code(session, error)
    finally:
        sessions.leave(token)


def _exit_code(session: sessions.Session, error: BaseException) -> int:
    quiet = {KeyboardInterrupt: INTERRUPTED, Terminated: TERMINATED}
    if type(error) in quiet:
        return quiet[type(error)]
    if isinstance(error, BrokenPipeError):
        return _closed_pipe()
    if isinstance(error, OSError):
        error = StorageUnavailable(f"the system refused: {error.strerror}")
    if not isinstance(error, LedgerVaultError):
        return _bug(session, error)
    if not isinstance(error, ItemsFailed):
        # A command that lists failed items has told them already.
        session.output.error(error)
    return error.exit_code


def _run(rest: list[str]) -> int:
    from ledgervault.cli.tree import command_tree

    try:
        command_tree()(args=rest, prog_name="vault", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else BUG
    return 0


def _print_version() -> int:
    with contextlib.suppress(BrokenPipeError, AttributeError):
        sys.stdout.write(f"ledgervault {__version__}\n")
        sys.stdout.flush()
    return 0


def _closed_pipe() -> int:
    # Python would complain once more when it flushes at exit.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _bug(session: sessions.Session, error: BaseException) -> int:
    if os.environ.get("LEDGERVAULT_DEBUG") == "1":
        traceback.print_exception(error)
    session.output.error(
        LedgerVaultError(
            f"this is a bug in ledgervault ({type(error).__name__})",
            hint="run it again with LEDGERVAULT_DEBUG=1 and report what it prints",
        )
    )
    return BUG
