"""Kit records and recovery shares, decoded as docs/design/formats.md says.

Imports nothing of the product; the primitives come from the second decoder.
"""

import hashlib
import importlib.util
import struct
from pathlib import Path

from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

_spec = importlib.util.spec_from_file_location(
    "second_decoder", Path(__file__).with_name("second_decoder.py")
)
second = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(second)
HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def record_of_lines(text):
    lines = dict(line.split("-", 1) for line in text.split())
    record = b""
    for number in range(1, 9):
        raw = base32(lines[f"LVK{number}"].replace("-", ""))
        check = hashlib.sha256(bytes([number]) + raw[:20]).digest()
        assert check[:5] == raw[20:]
        record += raw[:20]
    return record


def base32(letters):
    number = 0
    for letter in letters:
        number = number * 32 + second.BASE32.index(letter)
    return number.to_bytes(len(letters) * 5 // 8, "big")


def open_kit(record, code):
    assert len(record) == 160
    assert record[:4] == b"\4\1\0\1"
    prk = second.extract(b"ledgervault/kit/v1", second.recovery_secret(code))
    info = b"ledgervault/kit/v1\0" + record[56:80] + record[:56]
    seed = second.committed(prk, info, record[80:])
    public = second.keys_of(seed)[2]
    assert hashlib.sha256(public).digest()[:20] == record[36:56]
    return record[4:20], record[20:36], seed


def check_share(record, vault, maker_public):
    assert len(record) == 1360
    assert record[:4] == b"\5\1\0\1"
    kind, needed, people, member, subset = struct.unpack_from(">BBBBI", record, 20)
    assert kind in {1, 2}
    assert 2 <= needed <= people <= 10
    assert f"{subset:b}".count("1") == needed
    assert subset < 1 << people
    assert subset & 1 << member
    bound = b"ledgervault/recovery-share/v1\0" + vault + record[:128]
    signed = bound + hashlib.sha256(record[128:1296]).digest()
    second.verify(maker_public, record[1296:], signed)
    return subset, member


def open_share(record, vault, seed):
    return _open(
        record, record[128:1296], b"ledgervault/recovery-share/v1", vault, seed
    )


def open_resealed(sealed, record, vault, seed):
    return _open(record, sealed, b"ledgervault/contribution/v1", vault, seed)


def _open(record, sealed, label, vault, seed):
    _signing, kem, public = second.keys_of(seed)
    info = label + b"\0" + vault + record[:128] + hashlib.sha256(public).digest()
    share = HPKE.decrypt(sealed, kem, info=info)
    assert commitment(share) == record[96:128]
    return share


def commitment(secret):
    return second.expand(secret, b"ledgervault/shared-secret/v1", 32)
