"""`vault demo`: a small agency's papers, from the pile to a proved destruction."""

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from ledgervault.cli.session import current
from ledgervault.errors import Conflict


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    directory: Annotated[
        str | None, typer.Argument(help="An empty folder; a temporary one if left out.")
    ] = None,
) -> None:
    """Build a sample agency and tell the life of its papers.

    Example: vault demo
    """
    from ledgervault.cli.demo_story import Story, tell

    place = (
        Path(directory) if directory else Path(tempfile.mkdtemp(prefix="vault-demo-"))
    )
    place.mkdir(parents=True, exist_ok=True)
    if any(place.iterdir()):
        raise Conflict(
            f"{place} is not empty",
            hint="name an empty folder, or none",
            code="demo.taken",
        )
    started = time.monotonic()
    story = Story(place.resolve(), current().output)
    tell(story)
    story.facts["seconds"] = round(time.monotonic() - started, 1)
    if current().options.is_json:
        current().output.show(story.facts, str)
