"""Unlock an identity and leave it with the session agent for a while."""

from ledgervault.bootstrap.agent import Unlocked
from ledgervault.bootstrap.asking import Ask
from ledgervault.bootstrap.unlocking import load_identity, unlock
from ledgervault.config import Settings
from ledgervault.storage.agent import Keeping, SessionAgent


def keep_unlocked(
    settings: Settings, ask: Ask | None, *, lasts_s: int, idle_s: int
) -> Unlocked:
    """Unlock anew, never with what the agent holds, and keep the seed.

    Raises NotAuthorised as every unlocking does, and where no place for the agent
    is the user's alone; StorageUnavailable when no agent can be started.
    """
    on_disk = load_identity(settings)
    identity = unlock(on_disk, settings, ask).identity
    keeping = Keeping(
        identity=identity.identity_id,
        digest=on_disk.digest(),
        path=str(on_disk.path),
        seed=identity.seed.raw,
        lasts_s=lasts_s,
        idle_s=idle_s,
    )
    SessionAgent(settings.config_dir).keep(keeping)
    return Unlocked(on_disk.name, identity.identity_id, lasts_s, idle_s)
