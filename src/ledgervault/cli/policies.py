"""`vault policy`: check files, show what is adopted, explain, adopt."""

from typing import TYPE_CHECKING, Annotated

import typer

from ledgervault.cli import policy_tools
from ledgervault.cli.adoption_text import adoption_shape, adoption_text
from ledgervault.cli.explaining import explained_shape
from ledgervault.cli.policies_text import (
    policy_shape,
    policy_text,
)
from ledgervault.cli.session import current
from ledgervault.cli.words import phrase
from ledgervault.errors import NotFound

if TYPE_CHECKING:
    from ledgervault.services.explaining import Explained

app = typer.Typer(rich_markup_mode=None)
policy_tools.register(app)


@app.command("check")
def check(
    paths: Annotated[list[str], typer.Argument(help="Policy files or folders.")],
) -> None:
    """Check policy files; every problem is printed with its line and column.

    Example: vault policy check policies/cn
    """
    from ledgervault.bootstrap.policies import load_policy_paths
    from ledgervault.bootstrap.scenarios import count_scenarios
    from ledgervault.domain.policy import list_unconfirmed

    policy = load_policy_paths(paths)
    scenarios = count_scenarios(paths)
    unconfirmed = list_unconfirmed(policy)
    value = {
        "ok": True,
        "packs": [
            {
                "pack": pack.id,
                "version": pack.version,
                "series": len(pack.series),
                "rules": len(pack.classify),
            }
            for pack in policy.packs
        ],
        "scenarios": scenarios,
        "unconfirmed": [
            {"pack": pack, "series": series} for pack, series in unconfirmed
        ],
    }
    lines = [
        phrase("{pack} {version}: {series} series, {rules} rules, no problems.", **pack)
        for pack in value["packs"]  # type: ignore[attr-defined]
    ]
    lines += [
        phrase("  not confirmed: {series}", series=series)
        for _pack, series in unconfirmed
    ]
    current().output.show(value, lambda: "\n".join(lines))


@app.command("show")
def show() -> None:
    """Show the adopted packs and their file plan.

    Example: vault policy show
    """
    output = current().output
    with current().opened_vault() as vault:
        policy = vault.policy
    value = policy_shape(policy)
    output.show(value, lambda: policy_text(policy))


@app.command("explain")
def explain(
    subject: Annotated[str, typer.Argument(help="A document id, or a file.")],
    client: Annotated[
        str | None, typer.Option("--client", "-c", help="As if it were this client's.")
    ] = None,
) -> None:
    """Explain every decision: rule, version, citation, facts, losers.

    Example: vault policy explain D-7K3M9Q2A
    """
    import os

    from ledgervault.services.explaining import explain_document, explain_file

    with current().opened_vault() as vault:
        if os.path.exists(subject):  # noqa: PTH110 - any bytes a user may type
            explained = explain_file(vault, os.fsencode(subject), client=client)
        elif _looks_like_path(subject):
            raise NotFound(f"there is no file {subject[:60]!r}", code="source.vanished")
        else:
            explained = explain_document(vault, subject)
    current().output.show(explained_shape(explained), lambda: _page_of(explained))


@app.command("adopt")
def adopt(
    packs: Annotated[
        list[str], typer.Argument(help="Names of shipped packs, and policy files.")
    ],
    client: Annotated[
        str | None,
        typer.Option("--client", "-c", help="The files are this client's own rules."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
    unsafe_shorten: Annotated[
        bool,
        typer.Option(
            "--unsafe-shorten", help="Ask for shorter dates; takes two partners."
        ),
    ] = False,
) -> None:
    """Adopt packs: the effect is shown, then they are pinned in the vault.

    Example: vault policy adopt cn base --dry-run
    """
    from ledgervault.bootstrap.policies import load_named, load_override_paths
    from ledgervault.services.policies import adopt_override, adopt_policy

    if client is None:
        policy = load_named(packs)
        with current().opened_vault() as vault:
            adoption = adopt_policy(
                vault, policy, is_dry_run=dry_run, shortens=unsafe_shorten
            )
    else:
        with current().opened_vault() as vault:
            own = load_override_paths(packs, vault.policy)
            adoption = adopt_override(vault, own, client, is_dry_run=dry_run)
    value = adoption_shape(adoption)
    current().output.show(value, lambda: adoption_text(adoption))


def _page_of(explained: "Explained") -> str:
    from ledgervault.cli.explaining_text import explained_text

    return explained_text(explained)


def _looks_like_path(subject: str) -> bool:
    return "/" in subject or "." in subject
