"""Acts for tests: one dossier's chain, and strategies for any valid act."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from portal.ledger import entry
from portal.ledger.entry import Act

FILED_AT = datetime(2020, 6, 15, 2, 30, tzinfo=UTC)
DUE_AT = datetime(2020, 6, 18, 2, 30, tzinfo=UTC)
RULE = "vn-2018.1+brvt-2027.1"
SECRET = bytes(range(32))

FILED = Act(
    n=0,
    previous=None,
    act="filed",
    at=FILED_AT,
    reference="H06.31.01-200615-0001",
    procedure="1.001193",
    revision=1,
    unit="H06.31.01",
    to=None,
    channel="online",
    due=None,
    rule=None,
    outcome=None,
)


def after(previous: Act, leaf: bytes, act: str, *, hours: float = 1, **changes: object) -> Act:
    """The next act of the same dossier."""
    members: dict[str, object] = {
        "n": previous.n + 1,
        "previous": leaf,
        "act": act,
        "at": previous.at + timedelta(hours=hours),
        "outcome": None,
        "to": None,
    }
    return replace(previous, **(members | changes))  # type: ignore[arg-type]


_instants = st.integers(0, 253_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
_units = st.from_regex(r"[A-Z][0-9]{2}(\.[A-Z0-9]{2,3}){0,3}", fullmatch=True)
_hashes = st.binary(min_size=32, max_size=32)


@st.composite
def acts(draw: st.DrawFn) -> Act:
    name = draw(st.sampled_from(entry.ACTS))
    n = draw(st.integers(0, 10**9 - 1))
    dated = draw(st.booleans())
    codes = st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True)
    return Act(
        n=n,
        previous=draw(_hashes) if n else None,
        act=name,
        at=draw(_instants),
        reference=draw(_units) + draw(st.from_regex(r"-[0-9]{6}([0-9]{2})?-[0-9]{4,10}", fullmatch=True)),
        procedure=draw(st.from_regex(r"[0-9]\.[0-9]{6}(\.[0-9A-Z]{2,3}){0,4}", fullmatch=True)),
        revision=draw(st.integers(1, 2**53 - 1)),
        unit=draw(_units),
        to=draw(_units) if name in entry.TOWARDS else None,
        channel=draw(st.sampled_from(entry.CHANNELS)),
        due=draw(_instants) if dated else None,
        rule=draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}", fullmatch=True)) if dated else None,
        outcome=draw(st.sampled_from(sorted(entry.OUTCOMES)) if name == "resolved" else st.none() | codes),
    )
