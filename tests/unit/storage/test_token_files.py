"""What lies on the disk for tokens: read totally, written for the owner alone."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgervault.errors import (
    ConfigurationInvalid,
    LedgerVaultError,
    NotAuthorised,
)
from ledgervault.storage.companions import (
    TokenSlot,
    load_token_slots,
    save_token_slots,
)
from ledgervault.storage.token_settings import (
    TokenSettings,
    find_token_settings,
    get_token_settings,
    save_token_settings,
)

SALT = b"\x05" * 24
SLOT = TokenSlot("钥匙", "lv-slot-1", b"s" * 60)


def test_token_settings_come_back(tmp_path):
    assert find_token_settings(tmp_path / "config") is None
    settings = TokenSettings(tmp_path / "module.so", "钥匙")
    save_token_settings(tmp_path / "config", settings)
    assert get_token_settings(tmp_path / "config") == settings


def test_token_settings_open_to_others_are_refused(tmp_path):
    save_token_settings(tmp_path, TokenSettings(tmp_path / "module.so", "x"))
    (tmp_path / "token.json").chmod(0o622)
    with pytest.raises(NotAuthorised) as caught:
        find_token_settings(tmp_path)
    assert caught.value.code == "token.mode"


def test_missing_token_settings_say_how_to_make_them(tmp_path):
    with pytest.raises(ConfigurationInvalid) as caught:
        get_token_settings(tmp_path)
    assert "--module FILE --token LABEL" in caught.value.hint


def test_records_of_token_slots_come_back_and_go_with_the_last(tmp_path):
    identity = tmp_path / "wang.min.identity"
    save_token_slots(identity, {SALT: SLOT})
    assert load_token_slots(identity) == {SALT: SLOT}
    beside = tmp_path / "wang.min.tokens"
    assert beside.stat().st_mode & 0o777 == 0o600
    save_token_slots(identity, {})
    assert load_token_slots(identity) == {}
    assert not beside.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "ledgervault-token-slots/2"},
        {"slots": []},
        {"slots": {"00": {}}},
        {"slots": {SALT.hex(): {"label": 1, "key": "k", "sealed": "00" * 60}}},
        {"slots": {SALT.hex(): {"label": "l", "key": "k", "sealed": "00" * 59}}},
        {"slots": {SALT.hex(): {"label": "l", "key": "k", "sealed": "zz"}}},
        {"slots": {SALT.hex(): "text"}},
    ],
)
def test_a_damaged_record_is_refused_as_a_whole(tmp_path, change):
    identity = tmp_path / "a.identity"
    save_token_slots(identity, {SALT: SLOT})
    beside = tmp_path / "a.tokens"
    beside.write_text(json.dumps({**json.loads(beside.read_text()), **change}))
    with pytest.raises(ConfigurationInvalid) as caught:
        load_token_slots(identity)
    assert caught.value.code == "token.record"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("any")
    for name in ("token.json", "a.tokens"):
        (folder / name).write_bytes(raw)
        (folder / name).chmod(0o600)
    for read in (
        lambda: find_token_settings(folder),
        lambda: load_token_slots(folder / "a.identity"),
    ):
        with contextlib.suppress(LedgerVaultError):
            assert not read()
