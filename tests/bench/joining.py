"""Time how somebody joins: admission, then the keys of 200 clients in one grant.

python tests/bench/joining.py WORK [--clients 200] [--rounds 3]

Each round invites, enrols and admits somebody, and grants him every client.
Commands are measured as whole processes, start-up and unlocking by key file
included; documents do not matter to them, so there is one for each client.
"""

import argparse
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from rotation import Place, make_vault


def join(place: Place, name: str) -> tuple[float, float]:
    """Let somebody join; return the seconds of admission and of the grant."""
    request = place.firm.request(name, "partner")
    words = request.public.fingerprint()
    answer = str(place.firm.root / f"{name}.request")
    admitted = place.run("user", "admit", answer, "--fingerprint", words)
    granted = place.run("grant", name, "--client", "all", "--level", "confidential")
    return admitted[0], granted[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    place = Place(asked.work.resolve())
    make_vault(place, asked.clients, asked.clients, 0)
    ran = [join(place, f"partner{turn}") for turn in range(asked.rounds)]
    for name, walls in zip(
        ("user admit", "grant all clients"), zip(*ran, strict=True), strict=True
    ):
        print(
            f"vault {name:20} {statistics.median(walls):5.2f} s "
            f"({min(walls):.2f}-{max(walls):.2f})"
        )


if __name__ == "__main__":
    main()
