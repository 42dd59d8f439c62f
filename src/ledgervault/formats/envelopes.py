"""The formats that shares leave in, as the port asks for them."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO, cast

from ledgervault.formats import age_files
from ledgervault.formats.bundle import Member, write_bundle
from ledgervault.formats.sanitising import safe_file_name
from ledgervault.ports.papers import Recipient


class AgeEnvelopes:
    """age files and ZIP bundles."""

    def parse_recipient(self, text: str) -> age_files.Recipient:
        """Read an age or SSH public key."""
        return age_files.parse_recipient(text)

    def to_recipients(
        self, source: BinaryIO, sink: BinaryIO, recipients: Sequence[Recipient]
    ) -> None:
        """Encrypt a stream to public keys."""
        keys = [cast("age_files.Recipient", one) for one in recipients]
        age_files.encrypt_to_recipients(source, sink, keys)

    def with_passphrase(
        self, source: BinaryIO, sink: BinaryIO, passphrase: str
    ) -> None:
        """Encrypt a stream under a passphrase."""
        age_files.encrypt_with_passphrase(source, sink, passphrase)

    def bundle(self, sink: BinaryIO, members: Iterable[Member]) -> None:
        """Write several documents as one ZIP."""
        write_bundle(sink, members)

    def safe_name(self, name: str, *, fallback: str) -> str:
        """Return a name that any file system takes."""
        return safe_file_name(name, fallback=fallback)
