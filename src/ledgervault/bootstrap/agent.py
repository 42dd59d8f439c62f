"""What the session agent holds, as identities of this machine."""

import dataclasses

from ledgervault.bootstrap.choosing import LockedIdentity, load_identity
from ledgervault.config import Settings
from ledgervault.crypto.identity import Identity
from ledgervault.crypto.identity_file import HEAD, SlotKind, find_identity_id
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.storage.agent import SessionAgent
from ledgervault.storage.identities import FileIdentityStore


@dataclasses.dataclass(frozen=True, slots=True)
class Unlocked:
    """An identity in the agent; without a name if its file is elsewhere."""

    name: str | None
    identity_id: bytes
    ends_in_s: int
    idle_in_s: int


@dataclasses.dataclass(frozen=True, slots=True)
class AgentView:
    """The agent: its process, None if none runs, and what it holds."""

    process: int | None
    unlocked: tuple[Unlocked, ...]


def find_unlocked(on_disk: LockedIdentity, settings: Settings) -> Identity | None:
    """Ask the agent for an identity; a secret that was given outranks it.

    What comes back must give the public keys of the file, or it counts for nothing.
    """
    file = on_disk.file
    # A PIN may be meant for the anchors: it outranks only where it unlocks.
    has_token = any(slot.kind is SlotKind.PKCS11 for slot in file.slots)
    is_pin_given = settings.pin_file is not None and has_token
    if settings.passphrase_file is not None or is_pin_given:
        return None
    agent = SessionAgent(settings.config_dir)
    seed = agent.find_seed(file.identity_id, on_disk.digest())
    if seed is None:
        return None
    identity = Identity(file.identity_id, IdentitySeed(seed))
    return identity if identity.public == file.public else None


def lock_identities(settings: Settings) -> int:
    """Make the agent forget the named identity, or all; return how many it held."""
    agent = SessionAgent(settings.config_dir)
    if settings.identity_name is None and settings.identity_file is None:
        return agent.forget()
    return agent.forget(load_identity(settings).file.identity_id)


def agent_view(settings: Settings) -> AgentView:
    """Return what the agent holds."""
    status = SessionAgent(settings.config_dir).status()
    if status is None:
        return AgentView(None, ())
    heads = FileIdentityStore(settings.config_dir).heads(HEAD.size)
    names = {find_identity_id(head): name for name, head in heads}
    held = (
        Unlocked(names.get(one.identity), one.identity, one.ends_in_s, one.idle_in_s)
        for one in status.held
    )
    return AgentView(status.process, tuple(held))
