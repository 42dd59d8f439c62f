"""Where the session agent listens: a directory that is the user's alone.

The runtime directory of the login if it is his and closed to others, else one beside
his identities. A directory that others can enter, or that is a link, is refused.
"""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

SOCKET = "agent.sock"
_PRIVATE = 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def find_directory(config_dir: Path, environment: Mapping[str, str]) -> str:
    """Name the directory of the agent, whether or not it exists."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime and _is_private(Path(runtime)):
        return str(Path(runtime) / "ledgervault")
    return str(config_dir.absolute() / "run")


def make_directory(path: str) -> None:
    """Create the directory, closed to others."""
    Path(path).parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        Path(path).mkdir(mode=_PRIVATE)


def open_directory(path: str) -> int:
    """Open the directory; PermissionError if it is not the user's alone."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    status = os.fstat(descriptor)
    if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
        os.close(descriptor)
        raise PermissionError(path)
    return descriptor


def socket_address(descriptor: int, path: str) -> str:
    """Name the socket through an opened directory, so that nobody can exchange it."""
    by_descriptor = Path(f"/proc/self/fd/{descriptor}")
    return str((by_descriptor if by_descriptor.exists() else Path(path)) / SOCKET)


@contextlib.contextmanager
def exclusively(descriptor: int, *, wait: bool) -> Iterator[None]:
    """Hold the directory's lock; BlockingIOError if another holds it."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _is_private(path: Path) -> bool:
    if not path.is_absolute():
        return False
    with contextlib.suppress(OSError):
        status = path.stat()
        is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
        return is_ours and not status.st_mode & _OTHERS
    return False
