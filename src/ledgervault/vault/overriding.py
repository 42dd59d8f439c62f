"""A client's own rules, found by a keyed token: codes of clients stay sealed.

The adopted policy lies in clear, so that whoever holds it can check its hash. A
client's code in it would name the client; a token under the client's key does not.
"""

from ledgervault.crypto.fixity import blind_token
from ledgervault.crypto.keys import DedupKey
from ledgervault.domain.clients import Client
from ledgervault.domain.policy import PolicySet

PURPOSE = "override"


def override_token(client: Client) -> str:
    """Name a client's own rules in the adopted policy; 64 hex digits."""
    return blind_token(DedupKey(client.token_key), PURPOSE, client.code).hex()


def policy_for(client: Client, policy: PolicySet) -> PolicySet:
    """Return what applies to a client: the packs, and his own rules if there are any."""
    if not policy.overrides:
        return policy
    return policy.for_client(override_token(client))
