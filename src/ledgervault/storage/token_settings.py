"""Which PKCS#11 module and token this user unlocks with: `<config>/token.json`.

The module is code, so its path is read from the user's own directory alone,
never from a vault or beside an identity that somebody handed over.
"""

import dataclasses
from pathlib import Path

from ledgervault.errors import ConfigurationInvalid
from ledgervault.storage import durable
from ledgervault.storage.json_records import parse_record, serialise_record, texts_of
from ledgervault.storage.reading import find_secret

FORMAT = "ledgervault-token/1"
NAME = "token.json"
_MAX_BYTES = 4096


@dataclasses.dataclass(frozen=True, slots=True)
class TokenSettings:
    """A module's path and a token's label."""

    module: Path
    label: str


def find_token_settings(config_dir: Path) -> TokenSettings | None:
    """Read the user's token settings; None when there are none."""
    raw = find_secret(config_dir / NAME, max_bytes=_MAX_BYTES, mode_code="token.mode")
    if raw is None:
        return None
    record = texts_of(parse_record(raw)) or {}
    module, label = record.get("module", ""), record.get("label", "")
    if record.get("format") != FORMAT or not module or not label:
        raise ConfigurationInvalid(
            f"the token settings in {NAME} are damaged",
            hint="write them anew: vault key slot add token --module FILE "
            "--token LABEL",
            code="token.settings",
        )
    return TokenSettings(Path(module), label)


def get_token_settings(config_dir: Path) -> TokenSettings:
    """Read the user's token settings; ConfigurationInvalid when there are none."""
    found = find_token_settings(config_dir)
    if found is None:
        raise ConfigurationInvalid(
            "no token is set up for this user",
            hint="name it once: --module FILE --token LABEL",
            code="token.settings",
        )
    return found


def save_token_settings(config_dir: Path, settings: TokenSettings) -> None:
    """Write the user's token settings, readable by him alone."""
    durable.make_directory(config_dir)
    record = {
        "format": FORMAT,
        "module": str(settings.module),
        "label": settings.label,
    }
    durable.replace(config_dir / NAME, serialise_record(record))
