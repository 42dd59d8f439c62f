"""Unlock an identity and leave it with the session agent for a while."""

import contextlib

from ledgervault.bootstrap.agent import Unlocked
from ledgervault.bootstrap.choosing import choose_identity
from ledgervault.bootstrap.unlocking import Ask, unlock_with_secret
from ledgervault.config import Settings
from ledgervault.crypto.identity_file import parse_identity_file
from ledgervault.errors import NotFound
from ledgervault.storage.agent import Keeping, SessionAgent


def keep_unlocked(
    settings: Settings, ask: Ask | None, *, lasts_s: int, idle_s: int
) -> Unlocked:
    """Unlock with a secret, never with what the agent holds, and keep the seed.

    Raises NotAuthorised as every unlocking does, and where no place for the agent
    is the user's alone; StorageUnavailable when no agent can be started.
    """
    chosen = choose_identity(settings, lambda: _members(settings))
    file = parse_identity_file(chosen.record, settings.passphrase_cost)
    identity = unlock_with_secret(settings, chosen.name, file, ask)
    keeping = Keeping(
        identity=identity.identity_id,
        digest=chosen.digest(),
        path=str(chosen.path),
        seed=identity.seed.raw,
        lasts_s=lasts_s,
        idle_s=idle_s,
    )
    SessionAgent(settings.config_dir).keep(keeping)
    return Unlocked(chosen.name, identity.identity_id, lasts_s, idle_s)


def _members(settings: Settings) -> frozenset[bytes]:
    # Half a second of imports, needed only where there is a choice.
    from ledgervault.bootstrap.adapters import open_stores
    from ledgervault.bootstrap.opening import user_ids

    try:
        catalogue = open_stores(settings).catalogue
    except NotFound:
        return frozenset()
    with contextlib.closing(catalogue):
        return user_ids(catalogue)
