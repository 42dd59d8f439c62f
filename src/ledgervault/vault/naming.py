"""Names of colleagues, as far as the acting user may read them."""

from collections.abc import Sequence

from ledgervault.crypto.grants import GrantKind
from ledgervault.errors import LedgerVaultError
from ledgervault.ids import ClientId, IdentityId, short_code
from ledgervault.vault.opened import Vault
from ledgervault.vault.records import CLIENT_LEVEL


def user_name(vault: Vault, user: IdentityId) -> str:
    """Return a colleague's name, or his id where the name is not for you."""
    for row in vault.catalogue.users():
        if row.id != user:
            continue
        try:
            facts = vault.records.open_for_client(
                vault.agency, "users", row.id, row.sealed, row.row_version
            )
        except LedgerVaultError:
            break
        return str(facts.get("name", "")) or short_code("U", user)
    return short_code("U", user)


def readers_of(vault: Vault, client: ClientId) -> frozenset[IdentityId]:
    """Return who holds the key of what is said of a client, by the grants there are."""
    place = vault.records.compartment(client, CLIENT_LEVEL)
    return frozenset(
        user
        for user in vault.people.users
        if vault.catalogue.find_grant(
            user, place.id, kind=GrantKind.META, epoch=place.meta_epoch
        )
    )


def user_names(vault: Vault, users: Sequence[IdentityId]) -> tuple[str, ...]:
    """Return the names of several colleagues in their order."""
    return tuple(user_name(vault, user) for user in users)
