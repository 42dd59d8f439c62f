"""One command line from argv to exit code; the only `except` of the program."""

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from ledgervault import __version__
from ledgervault.cli import completing
from ledgervault.cli import session as sessions
from ledgervault.cli.hardening import Terminated
from ledgervault.cli.options import (
    GlobalOptions,
    fallback_language,
    split_options,
)
from ledgervault.cli.output import Output
from ledgervault.cli.words import choose_language
from ledgervault.errors import (
    ItemsFailed,
    LedgerVaultError,
    NotAuthorised,
    StorageUnavailable,
    UsageInvalid,
)

INTERRUPTED, TERMINATED, BUG, USAGE = 130, 143, 1, 2

Adjust = Callable[[GlobalOptions], None]


def main(argv: Sequence[str], *, adjust: Adjust | None = None) -> int:
    """Run one command line; `adjust` lets a test change the options first."""
    if completing.VARIABLE in os.environ:
        argv = completing.take_typed_words(os.environ)
    try:
        options, rest = split_options(argv, os.environ)
    except LedgerVaultError as error:
        if completing.VARIABLE in os.environ:
            return 0
        language = fallback_language(argv, os.environ)
        choose_language(language)
        Output(GlobalOptions(language=language, is_json="--json" in argv)).error(error)
        return error.exit_code
    if adjust is not None:
        adjust(options)
    choose_language(options.language)
    return _guarded(options, rest)


def _guarded(options: GlobalOptions, rest: list[str]) -> int:
    session = sessions.Session(options)
    session.command = " ".join(word for word in rest[:2] if not word.startswith("-"))
    token = sessions.enter(session)
    try:
        return _run(session, rest)
    except BaseException as error:  # noqa: BLE001 - the one place that turns errors into codes
        return _exit_code(session, error)
    finally:
        sessions.leave(token)


def _exit_code(session: sessions.Session, error: BaseException) -> int:
    stop = _stop_behind(error)
    if stop is not None:
        return _stopped(session, stop)
    if isinstance(error, BrokenPipeError):
        return _closed_pipe()
    known = _known(error)
    if known is None:
        return _bug(session, error)
    if not isinstance(known, ItemsFailed):
        # A command that lists failed items has told them already.
        session.output.error(known)
    return known.exit_code


def _stop_behind(error: BaseException | None) -> BaseException | None:
    # A library may wrap the interruption, or stumble while it tidies up.
    while error is not None and not isinstance(error, KeyboardInterrupt | Terminated):
        error = error.__cause__ or error.__context__
    return error


def _known(error: BaseException) -> LedgerVaultError | None:
    if isinstance(error, EOFError):
        return NotAuthorised(
            "no passphrase was given",
            hint="type it, or give --passphrase-file FILE",
            code="identity.locked",
        )
    if isinstance(error, OSError):
        return StorageUnavailable(f"the system refused: {error.strerror}")
    return error if isinstance(error, LedgerVaultError) else None


def _stopped(session: sessions.Session, error: BaseException) -> int:
    code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else TERMINATED
    with contextlib.suppress(OSError):
        session.output.stopped(code)
    # What is still buffered would wait at exit for a reader that may not read on.
    _discard_output()
    return code


def _run(session: sessions.Session, rest: list[str]) -> int:
    if rest[:1] in (["--version"], ["-V"]):
        session.output.write(f"ledgervault {__version__}")
        return 0
    from ledgervault.cli.tree import command_tree

    command = command_tree()
    try:
        if completing.VARIABLE in os.environ:
            completing.offer(command)
            command(prog_name="vault", args=[])
        with command.make_context("vault", rest) as context:
            command.invoke(context)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else BUG
    except RuntimeError as stop:
        # How the library says that a help page was shown.
        if not hasattr(stop, "exit_code"):
            raise
        return int(stop.exit_code)
    except Exception as error:
        # The library's own complaints know how to word themselves; nothing else does.
        if not hasattr(error, "format_message"):
            raise
        return _usage(session, error)
    return 0


def _usage(session: sessions.Session, error: Any) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "vault"
    if type(error).__name__ == "NoArgsIsHelpError" and not session.options.is_json:
        error.show()
        return USAGE
    message = error.format_message().split("\n")[0].rstrip(".")
    if message.startswith("Usage:"):
        message = "name a command"
    session.output.error(UsageInvalid(message, hint=f"see `{path} --help`"))
    return USAGE


def _closed_pipe() -> int:
    # Python would complain once more when it flushes at exit.
    _discard_output()
    return 0


def _discard_output() -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
