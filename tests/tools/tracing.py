"""What processes pass on: every argument, variable and byte written, by strace."""

import base64
import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

WRITING = "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg"
PROGRAM = f"{sys.executable} -m ledgervault"
_LINE = re.compile(r"(\d+) +(?:[\d.]+ +)?([a-z0-9]+)\((.*)$")
_HEX = re.compile(r"\\x([0-9a-f]{2})")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_PLACE = re.compile(r"\d+<([^>]*)>")


@dataclasses.dataclass(frozen=True)
class Call:
    """One system call: what it passed on, and to which file."""

    process: int
    name: str
    rest: str

    @property
    def content(self):
        return b"\0".join(map(_bytes, _TEXT.findall(self.rest)))

    @property
    def place(self):
        found = _PLACE.match(self.rest)
        return _bytes(found[1]).decode("utf-8", "replace") if found else ""


def _bytes(text):
    return bytes(int(one, 16) for one in _HEX.findall(text))


def traced(script, *, folder, environment):
    """Run a shell script; return what it printed, and the calls of all it started."""
    log = folder / "calls"
    watched = f"trace=execve,prctl,prlimit64,{WRITING}"
    strace = ["strace", "-f", "-v", "-y", "-xx", "-s", "1048576", "-qq", "-o", str(log)]
    done = subprocess.run(
        [*strace, "-e", watched, "-e", "signal=none", "sh", "-eu", "-c", script],
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr, list(calls_of(log))


def calls_of(log: Path):
    for line in log.read_text(encoding="ascii", errors="replace").splitlines():
        found = _LINE.match(line)
        if found:
            yield Call(int(found[1]), found[2], found[3])


def forms_of(secret: bytes):
    """Return what a secret looks like when it slips out."""
    forms = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    forms |= {base64.b64encode(secret).rstrip(b"="), repr(secret).encode()[2:-1]}
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return forms
    forms |= {text.encode(code) for code in ("utf-16-le", "gb18030")}
    forms |= {json.dumps(text).encode()[1:-1], repr(text).encode()[1:-1]}
    return forms
