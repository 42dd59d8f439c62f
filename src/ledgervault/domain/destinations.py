"""Where papers go: countries, groups of them, and what is not known of either."""

import re
from collections.abc import Sequence

from ledgervault.domain.vocabulary import ABROAD, ANYWHERE, DOMESTIC

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
GROUPS = {"EU": _EU, "EEA": _EU | {"IS", "LI", "NO"}}
# Jurisdictions of packs that are not the country code of ISO 3166.
_COUNTRIES = {"UK": "GB"}


def is_destination(word: str) -> bool:
    """Say whether a word names a place papers can go to."""
    return word in (DOMESTIC, ABROAD, ANYWHERE) or bool(_COUNTRY.fullmatch(word))


def is_place(word: str) -> bool:
    """Say whether a rule may name this: a destination or a group of countries."""
    return is_destination(word) or word in GROUPS


def is_within(destination: str, places: Sequence[str], home: str) -> bool | None:
    """Say whether a destination lies in one of the places; None is not known."""
    found = [_is_in(_country(destination, home), place, home) for place in places]
    if not places or any(found):
        return True
    return None if None in found else False


def _country(destination: str, home: str) -> str:
    country = home if destination == DOMESTIC else destination
    return _COUNTRIES.get(country, country)


def _is_in(country: str, place: str, home: str) -> bool | None:
    home = _COUNTRIES.get(home, home)
    if place == ANYWHERE:
        return True
    if not country or country == ANYWHERE:
        return None
    if place == DOMESTIC:
        return country == home
    if place == ABROAD:
        return country != home
    if country == ABROAD:
        # Somewhere abroad: certainly not at home, perhaps in any other country.
        return None if _members(place) - {home} else False
    return country in _members(place)


def _members(place: str) -> frozenset[str]:
    place = _COUNTRIES.get(place, place)
    return GROUPS.get(place, frozenset({place}))
