"""A client's own rules, found by a keyed token: codes of clients stay sealed.

The adopted policy lies in clear, so that whoever holds it can check its hash. A
client's code in it would name the client; a token under the client's key does not.
"""

from typing import Any

from ledgervault.crypto.fixity import blind_token
from ledgervault.crypto.keys import DedupKey
from ledgervault.domain.clients import Client, has_open_matter
from ledgervault.domain.policy import PolicySet

PURPOSE = "override"


def override_token(client: Client) -> str:
    """Name a client's own rules in the adopted policy; 64 hex digits."""
    return blind_token(DedupKey(client.token_key), PURPOSE, client.code).hex()


def client_statement(client: Client, version: int) -> dict[str, Any]:
    """Return what events state of a client in clear, for a purge that cannot read.

    The version of the record, the token of his own rules, and whether any matter
    is open; which one, and what he is called, stays sealed.
    """
    return {
        "version": version,
        "rules": override_token(client),
        "open": has_open_matter(client),
    }


def policy_for(client: Client, policy: PolicySet) -> PolicySet:
    """Return what applies to a client: the packs, and his own rules if there are any."""
    if not policy.overrides:
        return policy
    return policy.for_client(override_token(client))
