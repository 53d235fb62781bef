"""The demo identities, read from `people.yaml`: who they are and what a provider would claim about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

PEOPLE = Path(__file__).with_name("people.yaml")
Realm = Literal["citizen", "officer"]


@dataclass(frozen=True, slots=True)
class DemoIdentity:
    """One button of the demo provider's page."""

    subject: str
    realm: Realm
    kind: Literal["citizen", "organisation", "officer"]
    name: str
    note: Mapping[str, str]
    claims: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoMandate:
    """By their subjects: who is represented, and who files for them."""

    granter: str
    agent: str


def demo_mandates() -> tuple[DemoMandate, ...]:
    data: dict[str, list[dict[str, str]]] = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))
    return tuple(DemoMandate(**entry) for entry in data["mandates"])


@lru_cache(maxsize=1)
def demo_identities() -> tuple[DemoIdentity, ...]:
    """All of them, citizens first."""
    data: dict[str, list[dict[str, Any]]] = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))
    citizens = [_person(entry, "citizen") for entry in data["citizens"]]
    organisations = [_person(entry, "organisation") for entry in data["organisations"]]
    return (*citizens, *organisations, *map(_officer, data["officers"]))


def of_realm(realm: Realm) -> dict[str, DemoIdentity]:
    return {identity.subject: identity for identity in demo_identities() if identity.realm == realm}


def _person(entry: dict[str, Any], kind: Literal["citizen", "organisation"]) -> DemoIdentity:
    claims = {"sub": entry["subject"], "TechID": entry["subject"], **entry["claims"]}
    name = claims["TenDoanhNghiep" if kind == "organisation" else "HoVaTen"]
    return DemoIdentity(entry["subject"], "citizen", kind, name, entry["note"], claims)


def _officer(entry: dict[str, Any]) -> DemoIdentity:
    claims = {"sub": entry["subject"], "name": entry["name"], "email": entry["email"]}
    note = {"vi": entry["title"], "en": entry["title_en"]}
    return DemoIdentity(entry["subject"], "officer", "officer", entry["name"], note, claims)
