"""Requests for approval as JSON shapes and as pages for people."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ledgervault.cli.words import phrase, translate
from ledgervault.formats.sanitising import printable

if TYPE_CHECKING:
    from ledgervault.services.approving import RequestPage


def request_shape(page: "RequestPage") -> dict[str, Any]:
    """Return the shape of a request in JSON."""
    from ledgervault.ids import short_code

    view, request = page.view, page.view.request
    return {
        "id": view.code,
        "act": request.act,
        "state": view.standing.state,
        "client": page.client,
        "parameters": dict(view.parameters),
        "proposer": {
            "id": short_code("U", page.proposer.id),
            "name": page.proposer.name,
        },
        "proposed_at": request.proposed_at.isoformat(),
        "expires_at": request.expires_at.isoformat(),
        "demands": [one.as_json() for one in request.demands],
        "missing": [one.as_json() for one in view.standing.missing],
        "answers": [
            {
                "id": short_code("U", person.id),
                "name": person.name,
                "answer": answer.answer,
                "at": answer.at.isoformat(),
            }
            for person, answer in zip(page.answered, view.answers, strict=True)
        ],
        "approvers": list(page.approvers),
        "reason": view.facts.get("reason"),
    }


def list_text(value: Mapping[str, Any], table: Callable[..., str]) -> str:
    """Write what waits for the acting user and what he asked for himself."""
    lines = []
    waiting = [_row(one) for one in value["waiting"]]
    waiting += [_disposal_row(one) for one in value["disposals"]]
    columns = ("id", "act", "client", "by", "until")
    if waiting:
        lines += [translate("Waiting for you:"), table(columns, waiting), ""]
    mine = [
        (*_row(one)[:3], translate(one["state"]), one["expires_at"][:10])
        for one in value["proposed"]
    ]
    if mine:
        columns = ("id", "act", "client", "state", "until")
        lines += [translate("What you asked for:"), table(columns, mine), ""]
    if not lines:
        return translate("Nothing waits for an approval.")
    return "\n".join([*lines, translate("Next: vault approve ID")])


def request_text(shape: Mapping[str, Any]) -> str:
    """Write exactly what will happen, who asks, and who has agreed."""
    lines = [
        f"{shape['id']}  {translate(shape['act'])}  {translate(shape['state'])}",
        phrase(
            "  asked by {name} ({id}) at {at}, until {until}",
            name=printable(shape["proposer"]["name"]),
            id=shape["proposer"]["id"],
            at=shape["proposed_at"],
            until=shape["expires_at"],
        ),
    ]
    if shape["client"]:
        lines.append(f"  {translate('client')}: {printable(shape['client'])}")
    lines += [
        f"  {translate(name)}: {_plain(value)}"
        for name, value in shape["parameters"].items()
    ]
    lines += [
        f"  {translate(one['answer'])}: {printable(one['name'])} {one['at']}"
        for one in shape["answers"]
    ]
    lines += [
        phrase("  missing: {count} × {role}", count=one["count"], role=_roles(one))
        for one in shape["missing"]
    ]
    return "\n".join(lines)


def _row(shape: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        shape["id"],
        translate(shape["act"]),
        shape["client"] or "-",
        shape["proposer"]["name"],
        shape["expires_at"][:10],
    )


def _disposal_row(shape: Mapping[str, Any]) -> tuple[str, ...]:
    return (shape["id"], translate("disposal"), shape["client"] or "-", "-", "-")


def _roles(demand: Mapping[str, Any]) -> str:
    return "/".join(translate(role) for role in demand["roles"])


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(_plain(one) for one in value.values())
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value) or "-"
    return printable(str(value))
