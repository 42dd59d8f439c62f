"""Colleagues found by name or code, as far as the acting user may know them."""

from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.ids import IdentityId, short_code
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User


def colleague_names(vault: Vault) -> dict[IdentityId, str]:
    """Return everybody's name, or his code where the name is not for you."""
    names: dict[IdentityId, str] = {}
    for row in vault.catalogue.users():
        try:
            facts = vault.records.open_for_client(
                vault.agency, "users", row.id, row.sealed, row.row_version
            )
        except (NotAuthorised, NotFound):
            facts = {}
        names[row.id] = str(facts.get("name", "")) or short_code("U", row.id)
    return names


def find_colleague(vault: Vault, text: str) -> User:
    """Return the one active user of a name or code."""
    names = colleague_names(vault)
    code = text.strip().upper()
    found = [
        user
        for user in vault.people.users.values()
        if user.is_active
        and (names.get(user.id) == text.strip() or short_code("U", user.id) == code)
    ]
    if len(found) != 1:
        raise NotFound(
            f"{len(found)} people are called {text[:40]!r}",
            hint="give the code, such as U-7K3M9Q2A",
            code="user.not-found",
        )
    return found[0]
