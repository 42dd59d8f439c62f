"""What is said of people, in both languages and as JSON."""

from typing import TYPE_CHECKING, Any

from ledgervault.cli.session import current
from ledgervault.cli.words import language, phrase, translate

if TYPE_CHECKING:
    from ledgervault.bootstrap.enrolling import Enrolled
    from ledgervault.services.people import UserDetails, UserView


def user_shape(view: "UserView") -> dict[str, Any]:
    """Return a user as JSON."""
    return {
        "id": view.code,
        "name": view.name,
        "role": view.role,
        "state": view.state,
        "since": view.since.isoformat() if view.since else None,
        "fingerprint": view.fingerprint,
        "me": view.is_me,
    }


def role_words(role: str) -> str:
    """Return one or several roles as people read them."""
    return "+".join(translate(one) for one in role.split("+"))


def state_words(state: str) -> str:
    """Say whether somebody belongs to the vault."""
    return translate("belongs" if state == "active" else "has left")


def details_shape(details: "UserDetails") -> dict[str, Any]:
    """Return a user with everything that was granted him as JSON."""
    grants = [
        {
            "client": one.client,
            "level": one.level,
            "documents": one.reads,
            "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else None,
            "lapsed": one.is_lapsed,
            "team": one.through or None,
        }
        for one in details.grants
    ]
    return {
        "user": user_shape(details.user),
        "words": details.words,
        "grants": grants,
        "teams": list(details.teams),
        "walls": list(details.walls),
    }


def details_text(details: "UserDetails") -> str:
    """Return a user as people read him."""
    output = current().output
    view = details.user
    pairs: list[tuple[str, object]] = [
        ("user", f"{view.name} ({view.code})"),
        ("role", role_words(view.role)),
        ("state", state_words(view.state)),
        ("since", view.since or ""),
        ("fingerprint", view.fingerprint),
        ("words", details.words[language()]),
    ]
    if details.teams:
        pairs.append(("teams", ", ".join(details.teams)))
    if details.walls:
        pairs.append(("walls", ", ".join(details.walls)))
    rows = [
        (
            one.client,
            translate(one.level),
            translate(
                "papers, and what is said of them"
                if one.reads
                else "what is said of them"
            ),
            _until(one.until, is_lapsed=one.is_lapsed),
            one.through,
        )
        for one in details.grants
    ]
    text = output.pairs(pairs)
    if not rows:
        return text + "\n" + translate("No client was granted him by name.")
    columns = ("client", "level", "opens", "until", "team")
    return text + "\n\n" + output.table(columns, rows)


def invited_text(value: dict[str, Any]) -> str:
    """Say where the invitation lies and what happens next."""
    return phrase(
        "{name} is invited as {role} until {expires_on}.\n"
        "Send this file, which holds no secret: {invitation}\n"
        "Next, on that person's machine: vault user enrol {invitation}",
        **{**value, "role": role_words(value["role"])},
    )


def enrolled_shape(made: "Enrolled") -> dict[str, Any]:
    """Return a fresh identity that waits to be admitted as JSON."""
    return {
        "identity": made.identity,
        "agency": made.agency,
        "name": made.name,
        "role": made.role,
        "request": made.request,
        "recovery_kit": made.recovery_kit,
        "fingerprint": made.fingerprint,
        "words": made.words,
        "inviter_words": made.inviter_words,
    }


def enrolled_text(made: "Enrolled") -> str:
    """Say what to send back and which words to compare."""
    return phrase(
        "Identity {identity} is made; it becomes {name} ({role}) of {agency}.\n"
        "Send back this file, which holds no secret: {request}\n"
        "\n"
        "Your words, read them out to whoever admits you:\n"
        "    {words}\n"
        "The words of whoever invited you, have them read out to you:\n"
        "    {inviter_words}\n"
        "\n"
        "Recovery kit: {recovery_kit}\n"
        "Print it, keep it away from this computer, delete the file.",
        identity=made.identity,
        name=made.name,
        role=role_words(made.role),
        agency=made.agency,
        request=made.request,
        words=made.words[language()],
        inviter_words=made.inviter_words[language()],
        recovery_kit=made.recovery_kit,
    )


def admitted_text(value: dict[str, Any]) -> str:
    """Say who joined and how to give him clients."""
    return phrase(
        "{name} ({user}) belongs to the vault as {role}; {keys} keys sealed to him.\n"
        "Next: vault grant {name} --client C001",
        **{**value, "role": role_words(value["role"])},
    )


def words_lines(name: str, role: str, words: str) -> str:
    """Return the words a partner compares before he says yes."""
    return phrase(
        "The request of {name}, who was invited as {role}.\n"
        "Have these words read out to you, by voice or face to face:\n"
        "    {words}",
        name=name,
        role=role_words(role),
        words=words,
    )


def _until(day: object, *, is_lapsed: bool) -> str:
    if not day:
        return ""
    return phrase("ended on {day}", day=day) if is_lapsed else str(day)
