import hashlib
import hmac

from ledgervault.crypto.derivation import expand
from ledgervault.crypto.fixity import blind_token, commit_content, dedup_token
from ledgervault.crypto.keys import DedupKey, Dek

DIGEST = hashlib.sha256(b"paper").digest()
KEY = DedupKey(b"k" * 32)


def test_fixity_depends_on_content_and_key():
    dek = Dek(b"d" * 32)
    key = expand(b"d" * 32, b"ledgervault/commit/v1", 32)
    assert commit_content(dek, DIGEST) == hmac.digest(key, DIGEST, "sha256")
    assert commit_content(Dek(b"e" * 32), DIGEST) != commit_content(dek, DIGEST)
    assert commit_content(dek, bytes(32)) != commit_content(dek, DIGEST)


def test_equal_contents_have_equal_tokens_within_one_client_only():
    assert dedup_token(KEY, DIGEST) == dedup_token(KEY, DIGEST)
    assert dedup_token(KEY, DIGEST) != dedup_token(DedupKey(b"j" * 32), DIGEST)
    assert dedup_token(KEY, DIGEST) != DIGEST


def test_a_blind_token_tells_every_tuple_apart():
    tuples = [
        ("folder",),
        ("folder", ""),
        ("folder", "a", "bc"),
        ("folder", "ab", "c"),
        ("folder", "abc"),
        ("folder", "abc", ""),
        ("foldera", "bc"),
    ]
    assert len({blind_token(KEY, *parts) for parts in tuples}) == len(tuples)
    assert (
        blind_token(KEY, "folder", "凭证").hex()
        == blind_token(KEY, "folder", "凭证").hex()
    )
