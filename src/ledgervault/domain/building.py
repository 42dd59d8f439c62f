"""Build a pack from its plain source: the same for YAML and for the adopted copy.

The source is what is hashed and adopted. Nothing malformed becomes a rule: a
word the rules do not know, a number that is text, a flag that is no truth value.
"""

import hashlib
from typing import Any

from ledgervault.domain.plain import Source, built, listed, text_of, texts_by_name
from ledgervault.domain.policy import (
    Pack,
    PolicySet,
    Rules,
    canonical_source,
    malformed,
)
from ledgervault.domain.sections import (
    build_access,
    build_archive,
    build_audit,
    build_classify,
    build_destroy,
    build_detect,
    build_register,
    build_series,
    build_share,
)
from ledgervault.domain.vocabulary import LANGUAGE

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


def policy_from_json(raw: Any) -> PolicySet:
    """Rebuild an adopted policy; ConfigurationInvalid for anything malformed."""
    if not isinstance(raw, dict) or raw.get("language") != LANGUAGE:
        raise malformed("it is of another language")
    try:
        return PolicySet(
            tuple(build_pack(source) for source in listed(raw["packs"])),
            tuple(build_override(one) for one in listed(raw.get("overrides", []))),
        )
    except _MALFORMED as error:
        raise malformed("a rule has no known form") from error


def build_pack(source: Source) -> Pack:
    """Build a pack; KeyError, TypeError or ValueError for a malformed source."""
    return Pack(
        id=text_of(source["pack"]),
        version=text_of(source["version"]),
        title=texts_by_name(source["title"]),
        jurisdiction=text_of(source["jurisdiction"]),
        source=source,
        **_rules(source),
    )


def build_override(source: Source) -> Pack:
    """Build a client's own rules; they stand beside the packs and permit nothing."""
    client = text_of(source["override"])
    return Pack(
        id=f"override:{client[:8]}",
        version=hashlib.sha256(canonical_source(source)).hexdigest()[:12],
        title={},
        jurisdiction="",
        client=client,
        source=source,
        **_rules(source),
    )


def _rules(source: Source) -> Rules:
    return {
        "series": built(source, "series", build_series),
        "classify": built(source, "classify", build_classify),
        "detect": built(source, "detect", build_detect),
        "share": built(source, "share", build_share),
        "destroy": built(source, "destroy", build_destroy),
        "access": built(source, "access", build_access),
        "archive": built(source, "archive", build_archive),
        "audit": built(source, "audit", build_audit),
        "registers": built(source, "registers", build_register),
    }
