"""Warnings about e-invoices: a printed form without its original, a number twice.

Numbers are compared as keyed tokens within one client; none stands in clear.
"""

import dataclasses

from ledgervault.crypto.fixity import blind_token
from ledgervault.domain.invoices import InvoiceMark
from ledgervault.ids import short_code
from ledgervault.ports.catalogue import CatalogueReads
from ledgervault.services.ingest.papers import Warned
from ledgervault.services.sorting import Owner

TWICE = "invoice.twice"
NO_ORIGINAL = "invoice.no-original"
_ORIGINAL = "xml"


def invoice_token(owner: Owner, identity: str, form: str) -> bytes:
    """Name an invoice in one form within its client; 32 bytes."""
    return blind_token(owner.token_key, "invoice", form, identity)


@dataclasses.dataclass(slots=True)
class InvoiceWatch:
    """Compares the invoices of one ingest with each other and with those filed."""

    reads: CatalogueReads
    _filed: dict[bytes, str] | None = None
    _twice: list[Warned] = dataclasses.field(default_factory=list)
    _pictures: list[tuple[bytes, bytes]] = dataclasses.field(default_factory=list)

    def load(self) -> None:
        """Read the tokens of what is filed, before more is."""
        if self._filed is None:
            known = self.reads.invoice_tokens()
            self._filed = {token: short_code("D", of) for token, of in known.items()}

    def note(self, path: bytes, owner: Owner, mark: InvoiceMark, code: str) -> None:
        """Look at one paper of an invoice; `code` names its document, if filed."""
        self.load()
        filed = self._filed or {}
        token = invoice_token(owner, mark.identity, mark.form)
        if token in filed:
            why = "an invoice of this number is filed already: booked twice?"
            self._twice.append(Warned(path, TWICE, why, filed[token]))
        else:
            filed[token] = code
        self._filed = filed
        if mark.needs_twin:
            original = invoice_token(owner, mark.identity, _ORIGINAL)
            self._pictures.append((path, original))

    def warnings(self) -> list[Warned]:
        """Return all warnings; an original may come after its printed form."""
        filed = self._filed or {}
        why = "the XML original of this e-invoice is not filed; ask the issuer for it"
        return self._twice + [
            Warned(path, NO_ORIGINAL, why)
            for path, original in self._pictures
            if original not in filed
        ]
