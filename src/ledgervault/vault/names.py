"""What people are called: sealed for the agency, opened for those who may know."""

from ledgervault.errors import IntegrityViolated, NotAuthorised, NotFound
from ledgervault.ids import IdentityId, short_code
from ledgervault.ports.rows import UserRow
from ledgervault.vault.opened import Vault
from ledgervault.vault.people import User

TABLE = "users"


def user_code(user: IdentityId) -> str:
    """Write the code a user is known by where no name is."""
    return short_code("U", user)


def seal_name(vault: Vault, user: IdentityId, name: str, version: int = 1) -> bytes:
    """Seal a user's name."""
    return vault.records.seal_for_client(
        vault.agency, TABLE, user, {"name": name}, version
    )


def names_of(vault: Vault) -> dict[IdentityId, str]:
    """Return what everybody is called, or his code where that is closed to us."""
    return {row.id: _name(vault, row) for row in vault.catalogue.users()}


def find_user(vault: Vault, text: str) -> tuple[User, str]:
    """Find an active user by name or code; NotFound names who is there."""
    names = {
        user: name
        for user, name in names_of(vault).items()
        if vault.people.user(user).is_active
    }
    wanted = text.strip()
    found = [
        user
        for user, name in names.items()
        if name == wanted or user_code(user) == wanted.upper()
    ]
    if len(found) == 1:
        return vault.people.user(found[0]), names[found[0]]
    if found:
        raise NotFound(
            f"{len(found)} people are called {wanted[:60]!r}",
            hint="use the code that `vault user list` shows",
            code="user.ambiguous",
        )
    raise NotFound(
        f"nobody here is called {wanted[:60]!r}",
        hint="`vault user list` shows everybody",
        code="user.not-found",
    )


def _name(vault: Vault, row: UserRow) -> str:
    try:
        facts = vault.records.open_for_client(
            vault.agency, TABLE, row.id, row.sealed, row.row_version
        )
    except (NotAuthorised, NotFound):
        return user_code(row.id)
    name = facts.get("name")
    if not isinstance(name, str):
        raise IntegrityViolated("a user's name is not readable")
    return name
