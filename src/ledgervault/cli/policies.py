"""`vault policy`: check files, show what is adopted, explain, adopt."""

from typing import Annotated, Any

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import language, phrase, translate
from ledgervault.errors import NotFound, UsageInvalid

app = typer.Typer(rich_markup_mode=None)


@app.command("check")
def check(
    paths: Annotated[list[str], typer.Argument(help="Policy files or folders.")],
) -> None:
    """Check policy files; every problem is printed with its line and column.

    Example: vault policy check policies/cn
    """
    from ledgervault.bootstrap.policies import load_policy_paths
    from ledgervault.domain.policy import list_unconfirmed

    policy = load_policy_paths(paths)
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
    """Show the adopted packs and their file plan."""
    output = current().output
    with current().opened_vault() as vault:
        policy = vault.policy
    lang = language()
    rows = [
        (
            one.id,
            one.title.get(lang, ""),
            translate(one.level),
            one.retention.text,
            one.retention.trigger or "-",
            one.then,
            one.citation,
        )
        for one in policy.all_series()
    ]
    packs = [
        {"pack": p.id, "version": p.version, "hash": p.source_hash}
        for p in policy.packs
    ]
    value = {
        "hash": policy.hash(),
        "packs": packs,
        "series": [
            {
                "id": one.id,
                "title": dict(one.title),
                "family": one.family,
                "level": one.level,
                "retention": one.retention.text,
                "trigger": one.retention.trigger,
                "then": one.then,
                "citation": one.citation,
                "confirmed": one.is_confirmed,
            }
            for one in policy.all_series()
        ],
    }
    columns = ("series", "title", "level", "keep", "from", "then", "citation")
    heading = "  ".join(f"{one['pack']} {one['version']}" for one in packs)
    output.show(value, lambda: heading + "\n" + output.table(columns, rows))


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
    value = {
        explained.kind: explained.name,
        "state": explained.state,
        "due": explained.due.isoformat() if explained.due else None,
        "decisions": [decision.as_json() for decision in explained.decisions],
    }
    current().output.show(value, lambda: _explained_text(explained))


@app.command("adopt")
def adopt(
    packs: Annotated[
        list[str], typer.Argument(help="Names of shipped packs, or policy files.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
) -> None:
    """Adopt packs: the effect is shown, then they are pinned in the vault.

    Example: vault policy adopt cn base --dry-run
    """
    import os

    from ledgervault.bootstrap.policies import load_policy_paths, load_shipped_policy
    from ledgervault.services.policies import adopt_policy

    if not packs:
        raise UsageInvalid("name packs", hint="vault policy adopt cn base")
    is_files = any(os.sep in pack or pack.endswith((".yaml", ".yml")) for pack in packs)
    policy = load_policy_paths(packs) if is_files else load_shipped_policy(packs)
    with current().opened_vault() as vault:
        adoption = adopt_policy(vault, policy, is_dry_run=dry_run)
    value = {
        "hash": adoption.hash,
        "packs": [
            {"pack": pack, "version": version} for pack, version in adoption.packs
        ],
        "changed": [
            {
                "id": one.code,
                "old_due": _day(one.old_due),
                "new_due": _day(one.new_due),
                "shortened": one.is_shortened,
            }
            for one in adoption.effects
        ],
        "adopted": adoption.is_adopted,
    }
    verb = "Adopted" if adoption.is_adopted else "Would be adopted"
    names = ", ".join(f"{pack} {version}" for pack, version in adoption.packs)
    current().output.show(
        value,
        lambda: (
            f"{translate(verb)}: {names}\n"
            + phrase(
                "{count} documents get another due date.", count=len(adoption.effects)
            )
        ),
    )


def _explained_text(explained: Any) -> str:
    from ledgervault.formats.sanitising import printable

    lines = [
        printable(explained.name),
        f"  {translate(explained.state)}, {explained.due or translate('not known')}",
    ]
    for one in explained.decisions:
        lines.append(f"  {translate(one.subject)}: {printable(one.result)}")
        source = " ".join(part for part in (one.pack, one.version) if part)
        lines.append(
            f"    {translate('rule')} {one.rule}" + (f" ({source})" if source else "")
        )
        if one.citation:
            lines.append(f"    {translate('law')} {one.citation}")
        lines += [
            f"    {key}: {printable(str(value))}" for key, value in one.facts.items()
        ]
        lines += [
            f"    {translate('lost')}: {loser.rule} ({loser.reason})"
            for loser in one.losers
        ]
    return "\n".join(lines)


def _looks_like_path(subject: str) -> bool:
    return "/" in subject or "." in subject


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
