"""The demo identities, as the start screen lists them: a few of each kind, the rest are on the sign-in page."""

from collections.abc import Iterator

from portal.pilot.identity_people import DemoIdentity, demo_identities

KINDS = {"citizen": "công dân / citizen", "organisation": "tổ chức / organisation", "officer": "cán bộ / officer"}
SHOWN_OF_EACH = {"citizen": 3, "organisation": 1, "officer": 6}


def listed() -> list[str]:
    """One line each."""
    return [_line(identity) for kind in KINDS for identity in _first_of(kind)] + [_rest()]


def _first_of(kind: str) -> Iterator[DemoIdentity]:
    of_kind = [identity for identity in demo_identities() if identity.kind == kind]
    yield from of_kind[: SHOWN_OF_EACH[kind]]


def _line(identity: DemoIdentity) -> str:
    return f"{KINDS[identity.kind]:<24} {identity.name:<26} {identity.note['vi']} / {identity.note['en']}"


def _rest() -> str:
    more = len(demo_identities()) - sum(SHOWN_OF_EACH.values())
    return f"... và {more} người khác ở trang đăng nhập / and {more} more on the sign-in page"
