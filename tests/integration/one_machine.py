"""Further people of an agency, each with an identity and a key file of his own."""

from firms import Firm
from ledgervault.config import Settings


class Colleagues(Firm):
    """The people of an agency that is driven through the command line."""

    def settings(self, name):
        return Settings(
            vault_dir=self.root / "vault",
            config_dir=self.root / "config" / "ledgervault",
            identity_name=name,
            passphrase_file=str(self.key(name)),
        )

    def key(self, name):
        return self.root / ("key-file" if name == "owner" else f"{name}.key")


def people_of(agency):
    """Return who may join an agency; the owner stays the one who acts by default."""
    default = agency.root / "config" / "ledgervault" / "default-identity"
    default.write_text("owner")
    return Colleagues(agency.root)


def acting(agency, name):
    """Return the options with which a person of the agency runs a command."""
    key = Colleagues(agency.root).key(name)
    return ("--as", name, "--passphrase-file", str(key))
