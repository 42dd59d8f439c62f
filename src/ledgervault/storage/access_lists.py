"""POSIX access lists, where a secret store grants a file to one user.

systemd gives a service its credentials as files of root, mode 0400, with an entry for
the service's user. The group bits of such a file are the list's mask, so its mode
reads 0440 although no group may read it.
"""

import contextlib
import os
import stat
import struct

_ATTRIBUTE = "system.posix_acl_access"
_VERSION = 2
_HEAD = struct.Struct("<I")
_ENTRY = struct.Struct("<HHI")
_OWNER, _USER, _MASK = 0x01, 0x02, 0x10


def is_for_users_only(descriptor: int, users: frozenset[int]) -> bool:
    """Say whether an open file's list gives rights to its owner and `users` alone."""
    if os.fstat(descriptor).st_mode & stat.S_IRWXO:
        return False
    with contextlib.suppress(OSError, AttributeError):
        return _grants_only(os.getxattr(descriptor, _ATTRIBUTE), users)
    return False


def _grants_only(raw: bytes, users: frozenset[int]) -> bool:
    body = raw[_HEAD.size :]
    if len(raw) < _HEAD.size or _HEAD.unpack_from(raw) != (_VERSION,):
        return False
    if len(body) % _ENTRY.size:
        return False
    return all(
        tag in {_OWNER, _MASK} or not rights or (tag == _USER and user in users)
        for tag, rights, user in _ENTRY.iter_unpack(body)
    )
