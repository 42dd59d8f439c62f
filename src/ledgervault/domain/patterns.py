"""Many regular expressions in one linear pass (RE2): no input can make one slow."""

import functools
from collections.abc import Iterable
from typing import Any

from ledgervault.errors import ConfigurationInvalid

PROBLEM_LIMIT = 200
CHECK_BYTES = 512 << 10


class PatternSet:
    """Says which of a set of patterns occur in a text."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = tuple(dict.fromkeys(patterns))

    def hits(self, text: str) -> frozenset[str]:
        """Return the patterns that occur in `text`, letter case ignored."""
        if not self._patterns or not text:
            return frozenset()
        # The library answers None, not an empty list, when nothing matched.
        return frozenset(self._patterns[i] for i in self._set.Match(text) or ())

    @functools.cached_property
    def _set(self) -> Any:
        import re2

        patterns = re2.Set.SearchSet(_options())
        for pattern in self._patterns:
            try:
                patterns.Add(pattern)
            except re2.error as error:
                raise _no_pattern(pattern) from error
        patterns.Compile()
        return patterns


def find_problem(pattern: str) -> str | None:
    """Return why a pattern is not one, or None."""
    import re2

    options = _options()
    # Compiling at the library's own bound takes 30 ms; a file may hold hundreds.
    options.max_mem = CHECK_BYTES
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        text = reason.decode() if isinstance(reason, bytes) else str(reason)
        return text[:PROBLEM_LIMIT]
    return None


@functools.lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Return a pattern ready to search, letter case ignored."""
    import re2

    try:
        return re2.compile(pattern, _options())
    except re2.error as error:
        raise _no_pattern(pattern) from error


def _no_pattern(pattern: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"no regular expression: {pattern[:PROBLEM_LIMIT]!a}",
        hint="a policy holds RE2 syntax; run `vault policy check`",
        code="policy.pattern",
    )


def _options() -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options
