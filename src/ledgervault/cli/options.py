"""Global options: accepted before the command and after it, or from the environment."""

import dataclasses
import itertools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ledgervault.config import PassphraseCost, Settings
from ledgervault.errors import UsageInvalid

LANGUAGES = ("en", "zh")
_VALUED = {
    "--vault": "vault",
    "--as": "identity_name",
    "--identity": "identity_file",
    "--passphrase-file": "passphrase_file",
    "--pin-file": "pin_file",
    "--lang": "language",
}
_FLAGS = {"--json": "is_json", "--quiet": "is_quiet", "--no-progress": "no_progress"}


@dataclasses.dataclass(slots=True)
class GlobalOptions:
    """What every command understands."""

    vault: str | None = None
    identity_name: str | None = None
    identity_file: str | None = None
    passphrase_file: str | None = None
    pin_file: str | None = None
    language: str = "en"
    is_json: bool = False
    is_quiet: bool = False
    no_progress: bool = False
    reads_pictures: bool = False
    passphrase_cost: PassphraseCost = dataclasses.field(default_factory=PassphraseCost)


def split_options(
    argv: Sequence[str], environment: Mapping[str, str]
) -> tuple[GlobalOptions, list[str]]:
    """Take the global options out of a command line; `--` ends the search."""
    options = GlobalOptions(
        vault=environment.get("LEDGERVAULT_HOME"),
        passphrase_file=environment.get("LEDGERVAULT_PASSPHRASE_FILE"),
        pin_file=environment.get("LEDGERVAULT_PIN_FILE"),
        identity_file=None,
        language=_language(environment),
        reads_pictures=environment.get("LEDGERVAULT_OCR", "") not in ("", "0"),
    )
    _identity(options, environment.get("LEDGERVAULT_IDENTITY"))
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word in _FLAGS:
            setattr(options, _FLAGS[word], True)
        elif name in _VALUED:
            _set(options, name, value if equals else next(words, None))
        else:
            rest.append(word)
    return options, rest


def fallback_language(argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language for a complaint about the options themselves."""
    asked = [after for word, after in itertools.pairwise(argv) if word == "--lang"]
    asked += [word.partition("=")[2] for word in argv if word.startswith("--lang=")]
    return next((one for one in asked if one in LANGUAGES), _language(environment))


def settings_of(options: GlobalOptions) -> Settings:
    """Turn options into settings; directories follow the platform."""
    import platformdirs

    data = Path(options.vault or platformdirs.user_data_dir("ledgervault"))
    config = Path(platformdirs.user_config_dir("ledgervault"))
    file = options.identity_file
    return Settings(
        vault_dir=data,
        config_dir=config,
        identity_name=options.identity_name,
        identity_file=Path(file) if file else None,
        passphrase_file=options.passphrase_file,
        pin_file=options.pin_file,
        language=options.language,
        passphrase_cost=options.passphrase_cost,
        reads_pictures=options.reads_pictures,
    )


def _set(options: GlobalOptions, name: str, value: str | None) -> None:
    if not value:
        raise UsageInvalid(f"{name} needs a value", hint="see `vault --help`")
    if name == "--lang" and value not in LANGUAGES:
        raise UsageInvalid(f"unknown language: {value[:20]!r}", hint="en or zh")
    if name == "--as":
        options.identity_file = None
    setattr(options, _VALUED[name], value)


def _identity(options: GlobalOptions, value: str | None) -> None:
    if value and (os.sep in value or value.endswith(".identity")):
        options.identity_file = value
    elif value:
        options.identity_name = value


def _language(environment: Mapping[str, str]) -> str:
    chosen = environment.get("LEDGERVAULT_LANG", "")
    if chosen[:2] in LANGUAGES:
        return chosen[:2]
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or ""
    locale = locale or environment.get("LANG", "")
    return "zh" if locale.startswith("zh") else "en"
