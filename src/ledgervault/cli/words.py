"""The language of the command line: English in the code, Chinese looked up.

A text without a translation is shown in English; a test lists those.
"""

from ledgervault.cli.chinese import catalogue, singular

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
    known = catalogue().get(text)
    if known is None:
        from ledgervault.cli.templates import translate_filled

        known = translate_filled(text, translate)
    return text if known is None else known


def phrase(text: str, /, **values: object) -> str:
    """Translate a template, then fill it in; English of one thing is singular."""
    if _state["language"] == "en" and str(values.get("count")) == "1":
        text = singular().get(text, text)
    return translate(text).format(**values)
