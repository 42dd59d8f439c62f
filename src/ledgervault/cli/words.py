"""The language of the command line: English in the code, Chinese looked up.

A text without a translation is shown in English; a test lists those.
"""

from ledgervault.cli.chinese import catalogue

EXAMPLE = "\n\nExample: "
_state = {"language": "en"}


def choose_language(language: str) -> None:
    """Choose the language of everything that follows."""
    _state["language"] = language


def language() -> str:
    """Return the chosen language."""
    return _state["language"]


def translate(text: str) -> str:
    """Return a text in the chosen language."""
    if _state["language"] == "en":
        return text
    head, example, rest = text.partition(EXAMPLE)
    if example:
        return translate(head) + "\n\n" + translate("Example: ") + rest
    return catalogue().get(text, text)


def phrase(text: str, /, **values: object) -> str:
    """Translate a template, then fill it in."""
    return translate(text).format(**values)
