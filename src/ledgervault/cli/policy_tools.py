"""`vault policy` tools that need no vault: scenarios, schema."""

from typing import Annotated

import typer

from ledgervault.cli.session import current
from ledgervault.errors import IntegrityViolated


def register(app: typer.Typer) -> None:
    """Add the tools to the group."""
    app.command("test")(run_tests)
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


def schema() -> None:
    """Print the JSON Schema of policy files, for editors that check YAML with it.

    Example: vault policy schema > ledgervault-policy.schema.json
    """
    from ledgervault.bootstrap.policies import read_schema

    current().output.write(read_schema().rstrip())
