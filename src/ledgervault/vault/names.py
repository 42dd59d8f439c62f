"""Names of the people of a vault: sealed for the agency, opened for a colleague."""

from ledgervault.errors import NotAuthorised, NotFound
from ledgervault.ids import IdentityId, short_code
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User


def names_of(vault: Vault) -> dict[IdentityId, str]:
    """Return the names the acting person may know, by user."""
    names: dict[IdentityId, str] = {}
    for row in vault.catalogue.users():
        try:
            facts = vault.records.open_for_client(
                vault.agency, "users", row.id, row.sealed, row.row_version
            )
        except (NotAuthorised, NotFound):
            continue
        names[row.id] = str(facts.get("name", ""))
    return names


def get_person(vault: Vault, text: str) -> User:
    """Find a user by name or by the beginning of his code, such as U-7K3M."""
    names = names_of(vault)
    wanted = text.strip()
    found = [
        user
        for user in vault.people.users.values()
        if wanted and (wanted == names.get(user.id) or _is_code(user, wanted))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(
            f"{len(found)} people are called {wanted[:40]!r}",
            hint="write the code of one, such as " + short_code("U", found[0].id),
            code="user.ambiguous",
        )
    known = ", ".join(sorted(filter(None, names.values()))[:5])
    raise NotFound(
        f"nobody here is called {wanted[:40]!r}",
        hint=f"people are called {known}",
        code="user.not-found",
    )


def _is_code(user: User, wanted: str) -> bool:
    prefix = wanted.upper()
    return prefix.startswith("U-") and short_code("U", user.id).startswith(prefix)
