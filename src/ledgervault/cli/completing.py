"""The TAB key: ids and client names of the vault at hand.

Ids stand in clear in the catalogue. Names of clients do not, so they complete only
where the vault opens without asking; that look is on the record like any other.
"""

import contextlib
import dataclasses
import functools
import shlex
from collections.abc import Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any

from ledgervault.cli.options import split_options
from ledgervault.errors import LedgerVaultError

if TYPE_CHECKING:
    from ledgervault.ports.catalogue import Catalogue

VARIABLE = "_VAULT_COMPLETE"
_BASH_WORDS, _BASH_AT, _LINE = "COMP_WORDS", "COMP_CWORD", "_TYPER_COMPLETE_ARGS"
MOST = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Completion:
    """What the library's shells print: a value, its kind, and a word about it."""

    value: str
    help: str | None = None
    type: str = "plain"


def take_typed_words(environment: MutableMapping[str, str]) -> list[str]:
    """Return the words before the unfinished one; leave out global options for the rest.

    Shells hand over the line in variables, which the library reads; it does not know
    options that stand before the command.
    """
    if environment.get(_BASH_AT, "").isdigit():
        words = environment.get(_BASH_WORDS, "").split("\n")
        at = int(environment[_BASH_AT])
        typed, unfinished = words[1:at], "".join(words[at : at + 1])
        rest = _without_globals(typed)
        environment[_BASH_WORDS] = "\n".join([*words[:1], *rest, unfinished])
        environment[_BASH_AT] = str(len(rest) + 1)
        return typed
    line = environment.get(_LINE, "")
    unfinished = "" if line.endswith(" ") else line.rpartition(" ")[2]
    typed = _split(line[: len(line) - len(unfinished)])[1:]
    kept = shlex.join(["vault", *_without_globals(typed)])
    environment[_LINE] = f"{kept} {unfinished}"
    return typed


def offer(command: Any) -> None:
    """Let every id and client of a command tree be completed."""
    for parameter in command.params:
        offering = _OFFERINGS.get(parameter.name)
        if offering is not None:
            parameter.shell_complete = functools.partial(_completed, offering)
    for child in getattr(command, "commands", {}).values():
        offer(child)


def _completed(
    offering: Callable[[str], Iterable[Completion]], _context: Any, unfinished: str
) -> list[Completion]:
    try:
        return list(offering(unfinished))
    except Exception:  # noqa: BLE001 - a TAB key never complains
        return []


def _ids(
    codes: Callable[["Catalogue", str], Iterable[str]], unfinished: str
) -> Iterable[Completion]:
    from ledgervault.bootstrap.adapters import open_stores
    from ledgervault.cli.session import current

    wanted = unfinished.upper()
    catalogue = open_stores(current().settings).catalogue
    with contextlib.closing(catalogue):
        found = [code for code in codes(catalogue, wanted) if code.startswith(wanted)]
    return map(Completion, sorted(found)[:MOST])


def _clients(unfinished: str) -> Iterable[Completion]:
    from ledgervault.cli.session import current
    from ledgervault.formats.sanitising import printable
    from ledgervault.services.clients import list_clients

    if current().options.passphrase_file in (None, "-"):
        return
    with current().opened_vault() as vault:
        clients = [view.client for view in list_clients(vault)]
    for client in clients:
        if client.code.startswith(unfinished):
            yield Completion(client.code, printable(client.name))
        elif client.name.startswith(unfinished):
            yield Completion(printable(client.name), client.code)


def _documents(catalogue: "Catalogue", wanted: str) -> Iterable[str]:
    return (row.code for row in catalogue.find_documents(wanted))


def _without_globals(words: list[str]) -> list[str]:
    try:
        return split_options(words, {})[1]
    except LedgerVaultError:
        return words


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quotation that is not closed yet
        return text.split()


_OFFERINGS: dict[str, Callable[[str], Iterable[Completion]]] = {
    "document": functools.partial(_ids, _documents),
    "documents": functools.partial(_ids, _documents),
    "disposal": functools.partial(
        _ids, lambda one, _: (r.code for r in one.disposals())
    ),
    "share_id": functools.partial(_ids, lambda one, _: (r.code for r in one.shares())),
    "hold": functools.partial(_ids, lambda one, _: (r.code for r in one.holds())),
    "client": _clients,
    "code": _clients,
}
