"""Everything a vault can say, and a try of other keys on everything it keeps."""

from ledgervault.crypto.columns import open_columns, parse_column_epoch
from ledgervault.crypto.grants import GrantKind
from ledgervault.crypto.wraps import WrapBinding, parse_wrap_header, unwrap_dek
from ledgervault.errors import IntegrityViolated
from ledgervault.ports.rows import DocumentFilter
from ledgervault.vault.artefacts import open_text
from ledgervault.vault.contents import latest_version, open_content
from ledgervault.vault.evidence import gather_evidence
from ledgervault.vault.holding import holds_of
from ledgervault.vault.resealing import sealed_of_clients


def documents(vault):
    return vault.catalogue.documents(DocumentFilter(state="active"), after=-1, limit=99)


def everything(vault) -> dict:
    """Read whatever is kept: contents, details, texts, facts, holds, users."""
    said = {}
    evidence = gather_evidence(vault)
    for row in documents(vault):
        evidence.verify(row)
        text = vault.catalogue.find_text(row.id)
        details = vault.records.open_document(row)
        said[row.code] = (
            b"".join(open_content(vault, row, latest_version(vault, row))),
            details,
            open_text(vault.records, row, text) if text else b"",
            evidence.holds_covering(vault, row, details),
        )
    for row in vault.catalogue.clients():
        said[row.id.hex()] = vault.records.open_client(row)
        said[f"holds {row.id.hex()}"] = [one.hold for one in holds_of(vault, row.id)]
    for row in vault.catalogue.folders(None):
        said[row.code] = vault.records.folder_facts(row)
    for row in vault.catalogue.users():
        said[row.id.hex()] = vault.records.open_for_client(
            vault.agency, "users", row.id, row.sealed, row.row_version
        )
    return said


def present_keys(vault) -> dict:
    """Return every key the acting user holds at the present epochs."""
    return {
        (row.id, kind): key
        for row in vault.catalogue.compartments()
        for kind, key in (
            (GrantKind.DOC, vault.keychain.doc_kek(row.id, row.doc_epoch)),
            (GrantKind.META, vault.keychain.meta_kek(row.id, row.meta_epoch)),
        )
    }


def opened_by(vault, keys) -> int:
    """Count current rows that some keys open; each is tried on its own rows."""
    return sum(
        [
            sum(
                _unwraps(vault, row, wrap, keys)
                for row in documents(vault)
                for wrap in vault.catalogue.wraps_of([row.id])
            ),
            sum(_unseals(vault, one, keys) for one in sealed_values(vault)),
        ]
    )


def sealed_values(vault):
    from ledgervault.vault.resealing import _details, _text

    every = frozenset(row.id for row in vault.catalogue.compartments())
    yield from sealed_of_clients(vault, every)
    for row in documents(vault):
        yield _details(row)
        text = vault.catalogue.find_text(row.id)
        if text:
            yield _text(row, text)


def is_under_present_epochs(vault) -> bool:
    rows = {row.id: row for row in vault.catalogue.compartments()}
    wraps = (
        parse_wrap_header(wrap.wrap)
        for row in documents(vault)
        for wrap in vault.catalogue.wraps_of([row.id])
    )
    return all(
        header.kek_epoch == rows[header.compartment].doc_epoch for header in wraps
    ) and all(
        parse_column_epoch(one.value) == rows[one.compartment].meta_epoch
        for one in sealed_values(vault)
    )


def _unwraps(vault, row, wrap, keys) -> bool:
    try:
        unwrap_dek(
            wrap.wrap,
            kek=keys[row.compartment_id, GrantKind.DOC],
            shred=vault.ring.shred_key(row.client_id, row.folder_id, row.leaf),
            binding=WrapBinding(vault.id, row.id, wrap.version),
        )
    except IntegrityViolated:
        return False
    return True


def _unseals(vault, sealed, keys) -> bool:
    try:
        open_columns(
            sealed.value,
            kek=keys[sealed.compartment, GrantKind.META],
            shred=vault.ring.shred_key(sealed.client, sealed.folder, sealed.leaf),
            place=sealed.place,
        )
    except IntegrityViolated:
        return False
    return True
