"""`vault disposal`: from proposal to a certified destruction."""

from typing import Annotated, Any

import typer

from ledgervault.cli.delivering import deliver
from ledgervault.cli.output import terminal_width
from ledgervault.cli.session import current
from ledgervault.cli.words import language, phrase, translate

app = typer.Typer(rich_markup_mode=None)
Disposal = Annotated[str, typer.Argument(help="Disposal id.")]


@app.command("list")
def list_(
    state: Annotated[
        str | None,
        typer.Option(
            "--state", help="proposed, approved, executed, destroyed or rejected."
        ),
    ] = None,
) -> None:
    """List disposals.

    Example: vault disposal list --state proposed
    """
    from ledgervault.services.disposals import list_disposals

    output = current().output
    with current().opened_vault() as vault:
        shapes = [disposal_shape(view) for view in list_disposals(vault, state=state)]
    rows = [
        (
            s["id"],
            translate(s["state"]),
            s["client"] or "-",
            s["series"],
            s["period"] or "-",
            len(s["items"]),
        )
        for s in shapes
    ]
    columns = ("id", "state", "client", "series", "period", "documents")
    output.show(
        {"disposals": shapes},
        lambda: (
            output.table(columns, rows, right=(5,))
            if rows
            else translate("There are no disposals.")
        ),
    )


@app.command("show")
def show(disposal: Disposal) -> None:
    """Show a disposal: items, approvals, and what is missing.

    Example: vault disposal show X-7K3M9Q2A
    """
    from ledgervault.services.disposals import show_disposal

    with current().opened_vault() as vault:
        shape = disposal_shape(show_disposal(vault, disposal))
    current().output.show({"disposal": shape}, lambda: disposal_text(shape))


@app.command("approve")
def approve(disposal: Disposal) -> None:
    """Approve a disposal in your name and role; it is signed.

    Example: vault disposal approve X-7K3M9Q2A
    """
    _answer(disposal, "approve", "")


@app.command("reject")
def reject(
    disposal: Disposal,
    reason: Annotated[
        str, typer.Option("--reason", help="Why; it goes on the record.")
    ] = "",
) -> None:
    """Reject a disposal; the papers stay.

    Example: vault disposal reject X-7K3M9Q2A --reason 仍需查阅
    """
    _answer(disposal, "reject", reason)


@app.command("certificate")
def certificate(
    disposal: Disposal,
    output_file: Annotated[
        str | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Print the certificate of destruction.

    Example: vault disposal certificate X-7K3M9Q2A -o 销毁清册.txt
    """
    from ledgervault.formats.certificate import WIDTH, certificate_text
    from ledgervault.services.disposals import get_certificate

    session = current()
    with session.opened_vault() as vault:
        made = get_certificate(vault, disposal)
        width = WIDTH if output_file is not None else terminal_width()
        text = certificate_text(made, language(), width=width)
        if output_file is not None:
            deliver(vault, output_file, [_encoded(made, text, form)])
    if output_file is not None:
        session.output.show(
            {"path": output_file},
            lambda: phrase("Certificate written to {path}", path=output_file),
        )
    elif form == "json" or session.options.is_json:
        session.options.is_json = True
        session.output.show({"certificate": made}, lambda: text)
    else:
        session.output.show(made, lambda: text)


def _encoded(made: Any, text: str, form: str) -> bytes:
    import json

    content = json.dumps(made, ensure_ascii=False, indent=1) if form == "json" else text
    return content.encode() + b"\n"


def _answer(disposal: str, answer: str, reason: str) -> None:
    from ledgervault.services.disposals import answer_disposal

    with current().opened_vault() as vault:
        shape = disposal_shape(
            answer_disposal(vault, disposal, answer=answer, reason=reason)
        )
    if shape["state"] == "approved":
        following = "Next: vault purge --expired"
    else:
        following = "Next: vault disposal show ID"
    current().output.show(
        {"disposal": shape},
        lambda: (
            phrase(
                "{id} is now {state}.", id=shape["id"], state=translate(shape["state"])
            )
            + "\n"
            + translate(following)
        ),
    )


def disposal_shape(view: Any) -> dict[str, Any]:
    """Return the shape of a disposal in JSON."""
    from ledgervault.ids import short_code

    signed = view.certificate
    return {
        "id": view.row.code,
        "state": view.row.state,
        "client": view.client,
        "series": view.order.series,
        "period": view.period,
        "rule": view.order.rule,
        "citation": view.order.citation,
        "proposed_on": view.order.proposed_on.isoformat(),
        "items": [
            {"id": short_code("D", bytes.fromhex(item.document)), "due": item.due}
            for item in view.order.items
        ],
        "approvals": [
            {
                "user": short_code("U", one.user_id),
                "role": one.role,
                "answer": one.answer,
                "at": one.at,
            }
            for one in view.approvals
        ],
        "missing": [{"role": role, "count": count} for role, count in view.missing],
        "certificate": signed["facts"]["number"] if signed else None,
    }


def disposal_text(shape: dict[str, Any]) -> str:
    """Write a disposal for people."""
    lines = [
        f"{shape['id']}  {translate(shape['state'])}",
        f"  {shape['client'] or '-'}  {shape['series']}  {shape['period'] or '-'}",
        f"  {shape['rule']} ({shape['citation']})",
        phrase(
            "  {count} documents: {ids}",
            count=len(shape["items"]),
            ids=", ".join(i["id"] for i in shape["items"][:8]),
        ),
    ]
    lines += [
        f"  {translate(one['answer'])}: {one['role']} {one['user']} {one['at']}"
        for one in shape["approvals"]
    ]
    lines += [phrase("  missing: {count} × {role}", **one) for one in shape["missing"]]
    if shape["state"] == "executed":
        lines.append(
            phrase(
                "  certificate owed: vault disposal certificate {id}", id=shape["id"]
            )
        )
    if shape["certificate"]:
        lines.append(phrase("  certificate {number}", number=shape["certificate"]))
    return "\n".join(lines)
