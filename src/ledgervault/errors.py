"""Every error the product raises on purpose: what happened, why, and how to go on.

An error's category decides the exit code; its string code names the cause.
This module imports nothing, so every floor can raise.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar


class LedgerVaultError(Exception):
    """Root of all errors that are not bugs.

    `code` is stable and dotted (`policy.hold-active`); `hint` is the next step.
    """

    exit_code: ClassVar[int] = 1
    default_code: ClassVar[str] = "internal"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code
        self.details = dict(details or {})

    def worded(self, translate: Callable[[str], str]) -> tuple[str, str]:
        """Return message and hint in another language."""
        return translate(self.message), translate(self.hint)


class UsageInvalid(LedgerVaultError):
    """The command line does not say what to do."""

    exit_code = 2
    default_code = "usage"


class ItemsFailed(LedgerVaultError):
    """The command finished, but some items failed or were skipped."""

    exit_code = 3
    default_code = "items.failed"


class PolicyRefusal(LedgerVaultError):
    """A rule forbids the act; `details` carry the decision."""

    exit_code = 4
    default_code = "policy.refused"


class NotFound(LedgerVaultError):
    """Nothing, or more than one thing, answers to that name."""

    exit_code = 5
    default_code = "not-found"


class Conflict(LedgerVaultError):
    """Another act holds the lock, or the state has moved on."""

    exit_code = 6
    default_code = "conflict"


class ConfigurationInvalid(LedgerVaultError):
    """A setting, a policy file or a vault format cannot be used."""

    exit_code = 7
    default_code = "configuration"


class NotAuthorised(LedgerVaultError):
    """No key, no grant, a wrong passphrase, or an approval is missing."""

    exit_code = 8
    default_code = "not-authorised"


class ApprovalMissing(NotAuthorised):
    """Others must agree first; `details` name the request and who may."""

    default_code = "approval.missing"


class IntegrityViolated(LedgerVaultError):
    """Stored bytes are not what was signed, hashed or sealed."""

    exit_code = 9
    default_code = "integrity"


class StorageUnavailable(LedgerVaultError):
    """The disk, database or store did not answer; a retry may help."""

    exit_code = 10
    default_code = "storage"
