"""The JSON Schema of the language, written from the table that files are read by.

Editors that know JSON Schema complete and check policy files with it. What no
schema can say, such as references between rules, only the program checks.
"""

import json
from importlib.resources import files
from typing import Any

from ledgervault.domain.vocabulary import LANGUAGE
from ledgervault.policyfile.conditions import condition_schema
from ledgervault.policyfile.language import FILE

FILE_NAME = "ledgervault-policy-1.schema.json"
_DIALECT = "http://json-schema.org/draft-07/schema#"


def language_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file."""
    owners = [{"required": ["pack"]}, {"required": ["override"]}]
    return {
        "$schema": _DIALECT,
        "title": LANGUAGE,
        **FILE.schema,
        "oneOf": owners,
        "$defs": {"condition": condition_schema()},
    }


def schema_text() -> str:
    """Return the schema as the file that ships with the program."""
    return json.dumps(language_schema(), ensure_ascii=False, indent=1) + "\n"


def shipped_schema() -> str:
    """Return the text of the schema that ships with the program."""
    return (files("ledgervault.policyfile") / FILE_NAME).read_text(encoding="utf-8")
