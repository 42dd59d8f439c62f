"""Make tests/vectors/recovery.json. Run once; the answers are frozen then.

python tests/vectors/make_recovery_vectors.py > tests/vectors/recovery.json

The salt of the kit record is fixed, so it can be made again byte for byte. Shares draw
inside the library: those answers can only be opened.
"""

import base64
import contextlib
import hashlib
import json
import secrets
import sys

from ledgervault.crypto.identity import Identity
from ledgervault.crypto.keys import IdentitySeed
from ledgervault.crypto.kit_records import kit_lines, seal_kit
from ledgervault.crypto.recovery_shares import (
    SharedKind,
    ShareSetting,
    reseal_share,
    share_secret,
)

VAULT, SET = bytes([1]) * 16, bytes([2]) * 16
SECRET = bytes(range(32))
CODE = "LVR-04106-1050R-3GG28-A1C60-T3GF2-08H44-RMW4Q-GGX1K"


def person(number):
    return Identity(bytes([number]) * 16, IdentitySeed(bytes([number]) * 32))


WHO, MAKER, ASKER = person(9), person(10), person(11)
PEOPLE = [person(number) for number in (20, 21, 22)]


@contextlib.contextmanager
def fixed_random_bytes():
    drawn = secrets.token_bytes
    secrets.token_bytes = lambda size: hashlib.shake_128(b"kit").digest(size)
    try:
        yield
    finally:
        secrets.token_bytes = drawn


def kit():
    with fixed_random_bytes():
        return seal_kit(WHO, CODE, vault=VAULT)


def shares():
    setting = ShareSetting(VAULT, SET, SharedKind.SEED, 2, 7)
    members = [(one.identity_id, one.public) for one in PEOPLE]
    return share_secret(SECRET, setting, members, maker=MAKER)


def resealed(record, owner):
    public = MAKER.public.ed25519
    return reseal_share(
        record, vault=VAULT, identity=owner, maker_public=public, to=ASKER.public
    )


def encoded(raw):
    return base64.b64encode(raw).decode()


def made():
    records = shares()
    return {
        "kit": encoded(kit()),
        "kit_lines": kit_lines(kit()),
        "shares": [encoded(record) for record in records],
        # Of the subset of members 1 and 2, the last one.
        "resealed": [
            encoded(resealed(records[4], PEOPLE[1])),
            encoded(resealed(records[5], PEOPLE[2])),
        ],
    }


if __name__ == "__main__":
    json.dump(made(), sys.stdout, indent=1)
    sys.stdout.write("\n")
