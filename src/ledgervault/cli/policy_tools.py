"""`vault policy` tools: scenarios, schema, differences, the file plan as CSV."""

from typing import Annotated, Any

import typer

from ledgervault.cli.session import current
from ledgervault.cli.words import phrase
from ledgervault.errors import IntegrityViolated, UsageInvalid

ADOPTED = "adopted"


def register(app: typer.Typer) -> None:
    """Add the tools to the group."""
    app.command("test")(run_tests)
    app.command("diff")(diff)
    app.command("export")(export)
    app.command("schema")(schema)


def run_tests(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Scenario files or folders; the shipped packs if none."),
    ] = None,
) -> None:
    """Run scenarios: facts, and the decision that is expected of the packs.

    Example: vault policy test policies/cn
    """
    from ledgervault.bootstrap.scenarios import run_scenarios
    from ledgervault.cli.scenarios_text import report_shape, report_text

    report = run_scenarios(paths or [])
    current().output.show(report_shape(report), lambda: report_text(report))
    if report.failed:
        raise IntegrityViolated(
            f"{report.failed} of {report.total} scenarios have another answer",
            hint="mend the pack or the scenario",
            code="policy.scenarios",
        )


def diff(
    old: Annotated[
        str, typer.Argument(help="A shipped pack, a file or folder, or `adopted`.")
    ],
    new: Annotated[str, typer.Argument(help="What it is compared with.")],
) -> None:
    """Compare two policies rule by rule; what loosens is marked.

    Example: vault policy diff adopted policies/cn
    """
    from ledgervault.cli.policy_tools_text import differences_shape, differences_text
    from ledgervault.domain.differences import list_differences

    found = list_differences(_policy(old), _policy(new))
    current().output.show(differences_shape(found), lambda: differences_text(found))


def export(
    packs: Annotated[
        list[str] | None,
        typer.Argument(help="Shipped packs or files; the adopted policy if none."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="The file plan as CSV.")] = False,
    output_file: Annotated[
        str | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
) -> None:
    """Export the file plan: series, periods, triggers, approvals, citations.

    Example: vault policy export cn base --csv -o 档案门类.csv
    """
    from ledgervault.bootstrap.policies import load_named, write_export
    from ledgervault.cli.policy_tools_text import plan_csv
    from ledgervault.domain.file_plan import list_file_plan

    if not csv:
        raise UsageInvalid("say in which form", hint="add --csv")
    policy = load_named(packs) if packs else _policy(ADOPTED)
    rows = list(list_file_plan(policy))
    output = current().output
    if output_file is None:
        output.show({"series": rows}, lambda: plan_csv(rows).rstrip("\r\n"))
        return
    # A byte order mark, or spreadsheet programs take Chinese for another encoding.
    write_export(output_file, plan_csv(rows).encode("utf-8-sig"))
    output.show(
        {"path": output_file, "series": rows},
        lambda: phrase("File plan written to {path}", path=output_file),
    )


def schema() -> None:
    """Print the JSON Schema of policy files, for editors that check YAML with it.

    Example: vault policy schema > ledgervault-policy.schema.json
    """
    from ledgervault.bootstrap.policies import read_schema

    current().output.write(read_schema().rstrip())


def _policy(name: str) -> Any:
    from ledgervault.bootstrap.policies import load_named

    if name != ADOPTED:
        return load_named([name])
    with current().opened_vault() as vault:
        return vault.policy
