"""A second decoder, written from docs/design/formats.md and nothing else.

It imports nothing of the product. What it refuses, it refuses by an AssertionError
or by the error of the primitive.
"""

import hashlib
import hmac
import struct
import unicodedata

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

AEADS = {1: (32, b"AEAD_AES_256_GCM"), 2: (16, b"AEAD_AES_128_GCM")}
BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def extract(salt, ikm):
    return HKDF.extract(SHA512(), salt, ikm)


def expand(prk, info, size):
    return HKDFExpand(SHA512(), size, info).derive(prk)


def committed(prk, info, record, aad=None):
    okm = expand(prk, info, 76)
    assert hmac.compare_digest(okm[44:], record[:32])
    return AESGCM(okm[:32]).decrypt(okm[32:44], record[32:], aad)


def verify(public, signature, message):
    ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def padme(size):
    if size < 2:
        return size
    e = size.bit_length() - 1
    step = 1 << (e - e.bit_length())
    return -(-size // step) * step


def open_blob(blob, dek, vault, document, version, blob_id):
    magic, suite, flags, *place = struct.unpack_from(">8sHHI16s16s16s", blob)
    assert (magic, flags & ~3) == (b"LVBLOB\0\1", 0)
    assert place == [version, vault, document, blob_id]
    size, name = AEADS[suite]
    key = expand(dek, b"ledgervault/blob-key/v1" + blob[8:10], size)
    plain = open_chunks(blob[64:], key, name, b"ledgervault/blob/v1\0" + blob[:64])
    length, compression = struct.unpack_from(">QB", plain)
    assert len(plain) == (padme(16 + length) if flags & 2 else 16 + length)
    assert not any(plain[16 + length :] + plain[9:16])
    assert compression == flags & 1
    stored = plain[16 : 16 + length]
    return zstandard.ZstdDecompressor().decompress(stored) if compression else stored


def open_chunks(raw, key, name, context):
    salt, commitment, body = raw[:24], raw[24:56], raw[56:]
    info = b"c2sp.org/chunked-encryption@v1+" + name + b"\0" + salt + context
    size = len(key)
    okm = expand(key, info, size + 44)
    assert hmac.compare_digest(okm[size + 12 :], commitment)
    base = int.from_bytes(okm[size : size + 12], "big")
    assert len(body) % 16400 >= 16
    plain = b""
    for index in range(len(body) // 16400 + 1):
        chunk = body[index * 16400 : (index + 1) * 16400]
        nonce = (base ^ index).to_bytes(12, "big")
        plain += AESGCM(okm[:size]).decrypt(nonce, chunk, None)
    return plain


def unwrap(record, kek, shred, vault, document, version):
    assert len(record) == 140
    assert record[:4] in {b"\1\1\0\1", b"\1\1\0\2"}
    info = b"ledgervault/dekwrap/v1\0" + record[36:60] + record[:36]
    info += vault + document + struct.pack(">I", version)
    return committed(extract(shred, kek), info, record[60:])


def open_columns(record, kek, shred, table, row, column_set, row_version):
    assert record[:4] in {b"\3\1\0\1", b"\3\1\0\2"}
    place = b"".join(
        struct.pack(">H", len(part)) + part
        for part in (table.encode(), row, column_set.encode())
    ) + struct.pack(">Q", row_version)
    bound = record[:8] + place
    key = expand(extract(shred, kek), b"ledgervault/columns/v1\0" + bound, 32)
    return AESGCM(key).decrypt(record[8:20], record[20:], bound)


def fixity(dek, digest):
    key = expand(dek, b"ledgervault/commit/v1", 32)
    return hmac.digest(key, digest, "sha256")


def duplicate_token(token_key, digest):
    return hmac.digest(token_key, b"ledgervault/dedup/v1\0" + digest, "sha256")


def folder_token(token_key, series, period, part):
    parts = (b"folder", series.encode(), period.encode(), b"%d" % part)
    framed = b"".join(struct.pack(">I", len(one)) + one for one in parts)
    return hmac.digest(token_key, b"ledgervault/token/v1\0" + framed, "sha256")


def keys_of(seed):
    signing = ed25519.Ed25519PrivateKey.from_private_bytes(
        expand(seed, b"ledgervault/id/ed25519/v1", 32)
    )
    xwing = expand(seed, b"ledgervault/id/xwing/v1", 32)
    expanded = hashlib.shake_256(xwing).digest(96)
    kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    dh = x25519.X25519PrivateKey.from_private_bytes(expanded[64:])
    pairs = (signing, kem, dh)
    public = b"".join(pair.public_key().public_bytes_raw() for pair in pairs)
    return signing, MLKEM768X25519PrivateKey(kem, dh), public


def fingerprint(public):
    number = int.from_bytes(hashlib.sha256(public).digest()[:20], "big")
    text = "".join(BASE32[number >> shift & 31] for shift in range(155, -1, -5))
    return "-".join(text[at : at + 4] for at in range(0, 32, 4))


def recovery_secret(code):
    assert code[:4] == "LVR-"
    letters = code[4:].replace("-", "")
    assert len(letters) == 40
    number = 0
    for letter in letters:
        number = number * 32 + BASE32.index(letter)
    raw = number.to_bytes(25, "big")
    assert hashlib.sha256(raw[:20]).digest()[:5] == raw[20:]
    return raw[:20]


def key_file_key(key):
    return 3, lambda _slot, _head: key


def keyring_key(key):
    return 2, lambda _slot, _head: key


def token_key(key):
    return 4, lambda _slot, _head: key


def both_key(passphrase, key):
    _kind, stretch = passphrase_key(passphrase)
    label = b"ledgervault/slot-both/v1"
    return 6, lambda slot, head: extract(label, stretch(slot, head) + key)[:32]


def recovery_key(code):
    secret = recovery_secret(code)
    return 5, lambda _slot, _head: extract(b"ledgervault/recovery/v1", secret)[:32]


def passphrase_key(passphrase):
    text = unicodedata.normalize("NFC", passphrase).encode()

    def stretch(slot, head):
        passes, lanes, memory = struct.unpack_from(">III", slot, 2)
        return Argon2id(
            salt=slot[14:30],
            length=32,
            iterations=passes,
            lanes=lanes,
            memory_cost=memory,
            ad=head,
        ).derive(text)

    return 1, stretch


def unlock(file, key):
    wanted, slot_key = key
    assert file[:8] == b"LVID\0\1\0\1"
    head, count, slots = file[:1272], file[1272], file[1273:]
    assert count <= 16
    assert len(slots) == 118 * count
    for start in range(0, len(slots), 118):
        slot = slots[start : start + 118]
        assert slot[1] == 0
        assert slot[0] in (1, 6) or not any(slot[2:14])
        seed = open_slot(slot, head, slot_key) if slot[0] == wanted else None
        if seed is not None:
            assert keys_of(seed)[2] == head[24:]
            return seed
    raise AssertionError("locked")


def open_slot(slot, head, slot_key):
    prk = extract(b"", slot_key(slot, head))
    info = b"ledgervault/slot/v1\0" + slot[14:38] + head + slot[:14]
    try:
        return committed(prk, info, slot[38:])
    except (AssertionError, InvalidTag):
        return None


def open_grant(record, vault, recipient, seed, granter_public):
    assert len(record) == 1328
    assert record[:4] == b"\2\1\0\1"
    assert record[20] in {1, 2, 3, 4}
    assert not any(record[21:24])
    assert record[28:44] == recipient
    bound = b"ledgervault/grant/v1\0" + vault + record[:96]
    signed = bound + hashlib.sha256(record[96:1264]).digest()
    verify(granter_public, record[1264:], signed)
    _signing, kem, public = keys_of(seed)
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    info = bound + hashlib.sha256(public).digest()
    key = suite.decrypt(record[96:1264], kem, info=info)
    assert expand(key, b"ledgervault/kek-commit/v1", 32) == record[64:96]
    return key


def leaf_key(nodes, vault, folder, leaf):
    for depth, prefix, seed in nodes:
        if leaf >> (16 - depth) == prefix:
            return below(seed, depth, vault, folder, leaf)
    return None


def below(node, depth, vault, folder, leaf):
    for bit in range(15 - depth, -1, -1):
        both = hmac.digest(node, b"ledgervault/ggm/v1", "sha512")
        node = both[32:] if leaf >> bit & 1 else both[:32]
    message = b"ledgervault/ggm-leaf/v1" + vault + folder + struct.pack(">I", leaf)
    return hmac.digest(node, message, "sha256")


def open_page(record, anchor, ring_key, vault, client, epoch):
    header, salt = record[:52], record[52:76]
    assert header[:12] == b"LVRING\0\1\0\1\0\0"
    length = len(record) - 76 - 32 - 16
    assert header[12:] == struct.pack(">I16s16sI", epoch, vault, client, length)
    info = b"ledgervault/ring/v1\0" + salt + header
    body = committed(extract(anchor, ring_key), info, record[76:], header)
    folders = {}
    while body:
        folder, state, depth, count = struct.unpack_from(">8sBBI", body)
        end = 14 + 37 * count
        assert len(body) >= end
        assert (depth, state in {1, 2, 3}) == (16, True)
        nodes = list(struct.iter_unpack(">BI32s", body[14:end]))
        assert nodes == sorted(nodes, key=lambda node: node[:2])
        folders[folder] = (state, nodes)
        assert list(folders) == sorted(folders)
        body = body[end:]
    return folders


def open_head(record, vault, signer_public):
    unsigned, signature = record[:-64], record[-64:]
    verify(signer_public, signature, b"ledgervault/ring-head/v1\0" + unsigned)
    magic, suite, zeros, epoch, of_vault, signer, log_size, count, root = (
        struct.unpack_from(">8sHHI16s16sQI32s", unsigned)
    )
    assert (magic, suite, zeros, of_vault) == (b"LVHEAD\0\1", 1, 0, vault)
    raw = unsigned[92:]
    assert len(raw) == 48 * count
    entries = [raw[at : at + 48] for at in range(0, len(raw), 48)]
    assert tree_head([hashlib.sha256(b"\0" + one).digest() for one in entries]) == root
    pages = {one[:16]: one[16:] for one in entries}
    assert sorted(pages) == [one[:16] for one in entries]
    return epoch, signer, log_size, pages


def tree_head(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    both = tree_head(hashes[:split]) + tree_head(hashes[split:])
    return hashlib.sha256(b"\1" + both).digest()
