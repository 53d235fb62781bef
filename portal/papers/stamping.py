"""Pictures of signatures, each a page of a PDF as large as its place, and the sheet that says DEMO."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from portal.clock import local
from portal.papers.lettering import shown
from portal.papers.rendering import FONTS, Paper, each_text, printed, qr_code

A4 = (595.28, 841.89)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one shows. `picture`: the seal as PNG; `address`: what the agency's QR code opens."""

    kind: Literal["officer", "seal", "agency", "demo"]
    width: float
    height: float
    at: datetime
    agency: str = ""
    name: str = ""
    role: str = ""
    address: str = ""
    picture: bytes | None = None
    demo: bool = False


def stamp(facts: Stamp, *, fonts: Path = FONTS) -> bytes:
    """The picture; Vietnamese, as the papers that it stands on."""
    day = local(facts.at)
    data: dict[str, Any] = asdict(facts) | {
        "at": None,
        "picture": None if facts.picture is None else list(facts.picture),
        "title": "Chữ ký số",
        "time": f"{day:%d/%m/%Y %H:%M:%S} +07:00",
        "date": [day.year, day.month, day.day],
    }
    codes = {"qr": qr_code(facts.address)} if facts.address else {}
    return printed(Paper("stamp.typ", fonts, facts.at, codes), each_text(data, shown) | {"address": facts.address})


def demo_sheet(at: datetime, *, fonts: Path = FONTS) -> bytes:
    """A page that says DEMO across, to be laid over others."""
    return stamp(Stamp("demo", *A4, at=at, demo=True), fonts=fonts)
