"""The formats that shares leave in, as the port asks for them.

Each is imported when it is first needed: most commands share nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO, cast

from ledgervault.formats.sanitising import safe_file_name
from ledgervault.ports.papers import Recipient


class AgeEnvelopes:
    """age files and ZIP bundles."""

    def parse_recipient(self, text: str) -> Recipient:
        """Read an age or SSH public key."""
        from ledgervault.formats import age_files

        return age_files.parse_recipient(text)

    def to_recipients(
        self, source: BinaryIO, sink: BinaryIO, recipients: Sequence[Recipient]
    ) -> None:
        """Encrypt a stream to public keys."""
        from ledgervault.formats import age_files

        keys = [cast("age_files.Recipient", one) for one in recipients]
        age_files.encrypt_to_recipients(source, sink, keys)

    def with_passphrase(
        self, source: BinaryIO, sink: BinaryIO, passphrase: str
    ) -> None:
        """Encrypt a stream under a passphrase."""
        from ledgervault.formats import age_files

        age_files.encrypt_with_passphrase(source, sink, passphrase)

    def bundle(
        self, sink: BinaryIO, members: Iterable[tuple[str, datetime, Iterable[bytes]]]
    ) -> None:
        """Write several documents as one ZIP."""
        from ledgervault.formats.bundle import write_bundle

        write_bundle(sink, members)

    def safe_name(self, name: str, *, fallback: str) -> str:
        """Return a name that any file system takes."""
        return safe_file_name(name, fallback=fallback)
