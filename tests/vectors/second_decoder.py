"""A second decoder, written from docs/design/formats.md and nothing else."""

import hashlib
import hmac
import struct

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ed25519, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand


def extract(salt, ikm):
    return HKDF.extract(SHA512(), salt, ikm)


def expand(prk, info, size):
    return HKDFExpand(SHA512(), size, info).derive(prk)


def committed(prk, info, record, aad=None):
    okm = expand(prk, info, 76)
    assert hmac.compare_digest(okm[44:], record[:32])
    return AESGCM(okm[:32]).decrypt(okm[32:44], record[32:], aad)


def padme(size):
    if size < 2:
        return size
    e = size.bit_length() - 1
    step = 1 << (e - e.bit_length())
    return -(-size // step) * step


def open_blob(blob, dek):
    magic, suite, flags = struct.unpack_from(">8sHH", blob)
    assert (magic, suite, flags & ~3) == (b"LVBLOB\0\1", 1, 0)
    key = expand(dek, b"ledgervault/blob-key/v1" + blob[8:10], 32)
    context = b"ledgervault/blob/v1\0" + blob[:64]
    salt, commitment, body = blob[64:88], blob[88:120], blob[120:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
    okm = expand(key, info, 76)
    assert okm[44:] == commitment
    base, plain, index = int.from_bytes(okm[32:44], "big"), b"", 0
    while True:
        chunk, body = body[:16400], body[16400:]
        nonce = (base ^ index).to_bytes(12, "big")
        plain += AESGCM(okm[:32]).decrypt(nonce, chunk, None)
        index += 1
        if len(chunk) < 16400:
            break
    length, compression = struct.unpack_from(">QB", plain)
    assert not body
    assert len(plain) == padme(16 + length)
    assert not any(plain[16 + length :] + plain[9:16])
    assert compression == flags & 1
    stored = plain[16 : 16 + length]
    return zstandard.ZstdDecompressor().decompress(stored) if compression else stored


def unwrap(record, kek, shred, vault, document, version):
    assert len(record) == 140
    assert record[:4] == b"\1\1\0\1"
    info = b"ledgervault/dekwrap/v1\0" + record[36:60] + record[:36]
    info += vault + document + struct.pack(">I", version)
    return committed(extract(shred, kek), info, record[60:])


def open_columns(record, kek, shred, table, row, column_set, row_version):
    assert record[:4] == b"\3\1\0\1"
    place = b"".join(
        struct.pack(">H", len(part)) + part
        for part in (table.encode(), row, column_set.encode())
    ) + struct.pack(">Q", row_version)
    bound = record[:8] + place
    key = expand(extract(shred, kek), b"ledgervault/columns/v1\0" + bound, 32)
    return AESGCM(key).decrypt(record[8:20], record[20:], bound)


def keys_of(seed):
    signing = ed25519.Ed25519PrivateKey.from_private_bytes(
        expand(seed, b"ledgervault/id/ed25519/v1", 32)
    )
    expanded = hashlib.shake_256(expand(seed, b"ledgervault/id/xwing/v1", 32)).digest(96)
    kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    dh = x25519.X25519PrivateKey.from_private_bytes(expanded[64:])
    public = (
        signing.public_key().public_bytes_raw()
        + kem.public_key().public_bytes_raw()
        + dh.public_key().public_bytes_raw()
    )
    return signing, MLKEM768X25519PrivateKey(kem, dh), public


def unlock(file, passphrase):
    assert file[:8] == b"LVID\0\1\0\1"
    head, count, slots = file[:1272], file[1272], file[1273:]
    assert len(slots) == 118 * count
    for start in range(0, len(slots), 118):
        slot = slots[start : start + 118]
        kind, zero, passes, lanes, memory = struct.unpack_from(">BBIII", slot)
        assert zero == 0
        if kind != 1:
            continue
        salt = slot[14:38]
        key = Argon2id(
            salt=salt[:16], length=32, iterations=passes, lanes=lanes, memory_cost=memory, ad=head
        ).derive(passphrase.encode())
        info = b"ledgervault/slot/v1\0" + salt + head + slot[:14]
        try:
            seed = committed(extract(b"", key), info, slot[38:])
        except (AssertionError, InvalidTag):
            continue
        assert keys_of(seed)[2] == head[24:]
        return seed
    raise AssertionError("locked")


def open_grant(record, vault, seed, granter_public):
    assert len(record) == 1328
    assert record[:4] == b"\2\1\0\1"
    signed = b"ledgervault/grant/v1\0" + vault + record[:96]
    signed += hashlib.sha256(record[96:1264]).digest()
    ed25519.Ed25519PublicKey.from_public_bytes(granter_public).verify(record[1264:], signed)
    _signing, kem, public = keys_of(seed)
    info = b"ledgervault/grant/v1\0" + vault + record[:96] + hashlib.sha256(public).digest()
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    key = suite.decrypt(record[96:1264], kem, info=info)
    assert expand(key, b"ledgervault/kek-commit/v1", 32) == record[64:96]
    return key


def leaf_key(nodes, vault, folder, leaf):
    for depth, prefix, seed in nodes:
        if leaf >> (16 - depth) != prefix:
            continue
        for bit in range(15 - depth, -1, -1):
            both = hmac.digest(seed, b"ledgervault/ggm/v1", "sha512")
            seed = both[32:] if leaf >> bit & 1 else both[:32]  # noqa: PLW2901
        context = b"ledgervault/ggm-leaf/v1" + vault + folder + struct.pack(">I", leaf)
        return hmac.digest(seed, context, "sha256")
    return None


def open_page(record, anchor, ring_key):
    header, salt = record[:52], record[52:76]
    assert header[:12] == b"LVRING\0\1\0\1\0\0"
    info = b"ledgervault/ring/v1\0" + salt + header
    body = committed(extract(anchor, ring_key), info, record[76:], header)
    folders = {}
    while body:
        folder, state, depth, count = struct.unpack_from(">8sBBI", body)
        assert depth == 16
        nodes = list(struct.iter_unpack(">BI32s", body[14 : 14 + 37 * count]))
        folders[folder] = (state, nodes)
        body = body[14 + 37 * count :]
    return folders


def open_head(record, signer_public):
    unsigned, signature = record[:-64], record[-64:]
    message = b"ledgervault/ring-head/v1\0" + unsigned
    ed25519.Ed25519PublicKey.from_public_bytes(signer_public).verify(signature, message)
    magic, suite, epoch, vault, signer, log_size, count, root = struct.unpack_from(
        ">8sH2xI16s16sQI32s", unsigned
    )
    assert (magic, suite) == (b"LVHEAD\0\1", 1)
    entries = unsigned[92:]
    assert len(entries) == 48 * count
    hashes = [
        hashlib.sha256(b"\0" + entries[at : at + 48]).digest() for at in range(0, len(entries), 48)
    ]
    assert tree_head(hashes) == root
    return epoch, vault, signer, log_size


def tree_head(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    both = tree_head(hashes[:split]) + tree_head(hashes[split:])
    return hashlib.sha256(b"\1" + both).digest()
