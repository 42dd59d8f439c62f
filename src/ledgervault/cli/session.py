"""The running command: its options, its output, and the vault it opens."""

import contextlib
import contextvars
import getpass
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ledgervault.cli.options import GlobalOptions, settings_of
from ledgervault.cli.output import Output
from ledgervault.cli.words import phrase, translate
from ledgervault.config import Settings
from ledgervault.errors import LedgerVaultError, NotAuthorised
from ledgervault.formats.sanitising import printable

if TYPE_CHECKING:
    from ledgervault.bootstrap.asking import Ask
    from ledgervault.vault.opened import Vault

LOGGED_EXITS = (4, 8)
_PROMPTS = {
    "passphrase": "Passphrase of {name}: ",
    "pin": "PIN of the token {name}: ",
}
AGREEING = frozenset({"y", "yes", "是"})

_current: contextvars.ContextVar["Session"] = contextvars.ContextVar("session")


class Session:
    """One command line."""

    def __init__(self, options: GlobalOptions) -> None:
        self.options = options
        self.output = Output(options)
        self.command = ""

    @property
    def settings(self) -> Settings:
        """Return where things are."""
        return settings_of(self.options)

    @contextlib.contextmanager
    def opened_vault(self) -> Iterator["Vault"]:
        """Open the vault; a refusal inside is logged before it is shown."""
        from ledgervault.bootstrap.opening import open_vault

        vault = open_vault(self.settings, self.passphrase_prompt())
        try:
            yield vault
        except LedgerVaultError as error:
            if error.exit_code in LOGGED_EXITS:
                facts = {"code": error.code, "command": self.command}
                with contextlib.suppress(LedgerVaultError):
                    vault.note("act.refused", facts=facts)
            raise
        finally:
            vault.catalogue.close()

    def can_ask(self) -> bool:
        """Say whether there is a person to ask."""
        if self.options.passphrase_file is not None:
            return False
        return sys.stdin is not None and sys.stdin.isatty()

    def confirm(self, question: str) -> bool:
        """Ask a person yes or no; anything but yes is no."""
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().casefold() in AGREEING

    def new_passphrase(self) -> str | None:
        """Ask for a new passphrase twice, or read it from the passphrase file."""
        return self.fresh_passphrase(self.options.passphrase_file)

    def fresh_passphrase(self, file: str | None) -> str | None:
        """Ask for a new passphrase twice, or read it from the given file."""
        from ledgervault.bootstrap.asking import read_secret_text
        from ledgervault.crypto.passphrases import generate_passphrase

        if file is not None:
            return read_secret_text(file)
        if sys.stdin is None or not sys.stdin.isatty():
            return None
        self.output.say(
            translate("A passphrase of six words, such as:")
            + f" {generate_passphrase()}"
        )
        first = ask_hidden(translate("New passphrase: "))
        if first != ask_hidden(translate("Again: ")):
            raise NotAuthorised("the two passphrases differ", code="passphrase.differs")
        return first

    def secret_prompt(self) -> Callable[[str], str] | None:
        """Return what asks for a secret without showing it; None with nobody there."""
        if not self.can_ask():
            return None
        return lambda prompt: ask_hidden(translate(prompt))

    def passphrase_prompt(self) -> "Ask | None":
        """Return what asks for passphrase or PIN; None with nobody there."""
        return self._ask if self.can_ask() else None

    def _ask(self, name: str, /, *, secret: str = "passphrase") -> str:  # noqa: S107 - a kind of secret, none
        asked = _PROMPTS[secret]
        return ask_hidden(phrase(asked, name=printable(name)))


def ask_hidden(prompt: str) -> str:
    """Ask for a secret on the terminal; refuse one that would show what is typed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except getpass.GetPassWarning as warning:
            raise NotAuthorised(
                "this terminal would show what is typed",
                hint="use another terminal, or give --passphrase-file FILE",
                code="secret.shown",
            ) from warning


def current() -> Session:
    """Return the running command's session."""
    return _current.get()


def enter(session: Session) -> contextvars.Token[Session]:
    """Make a session the running one."""
    return _current.set(session)


def leave(token: contextvars.Token[Session]) -> None:
    """Return to the session before."""
    _current.reset(token)
