"""How a paper comes to be signed: rendered or taken from the store, its signatures put on one after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal import papers
from portal.files import signature_reading
from portal.papers import Stamp
from portal.signatures import certificates, signing
from portal.signatures.places import Box, places
from portal.signatures.preparing import Wish
from portal.signatures.roll import Roll
from portal.signatures.signer import Signer

REASONS = {
    "receipt": "Tiếp nhận hồ sơ và hẹn trả kết quả",
    "result": "Kết quả giải quyết thủ tục hành chính",
    "supplement": "Yêu cầu bổ sung, hoàn thiện hồ sơ",
    "refusal": "Từ chối tiếp nhận giải quyết hồ sơ",
    "denial": "Từ chối giải quyết hồ sơ",
    "apology": "Xin lỗi và hẹn lại ngày trả kết quả",
    "stop": "Dừng giải quyết hồ sơ",
}


@dataclass(frozen=True, slots=True)
class Official:
    """The officer who signs, as the paper names them; `subject`: at the officers' sign-in."""

    subject: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Order:
    """One paper to be made. `source` gives the unsigned file, told whether it is to say DEMO itself."""

    kind: str
    unit_code: str
    agency: str
    address: str
    official: Official | None
    source: Callable[[bool], bytes]


@dataclass(frozen=True, slots=True)
class Made:
    """The signed file."""

    data: bytes
    demo: bool


def make(order: Order, roll: Roll, *, at: datetime) -> Made:
    """The paper with every signature that it needs; raises CannotSign, and then there is none."""
    agency = roll.agency(order.unit_code)
    officer = None if order.official is None else roll.officer(order.official.subject)
    demo = any(certificates.is_demo(one.certificate) for one in (agency, officer) if one is not None)
    pdf = order.source(demo)
    if order.official is None or officer is None:
        return Made(_by_agency(pdf, order, roll, agency, at=at, demo=demo), demo)
    once = _by_officer(pdf, order, order.official, roll, officer, at=at, demo=demo)
    return Made(_sealed(once, order, roll, agency, at=at, demo=demo), demo)


def _by_agency(pdf: bytes, order: Order, roll: Roll, signer: Signer, *, at: datetime, demo: bool) -> bytes:
    box = places(at.date()).agency
    stamp = papers.stamp(
        Stamp("agency", box.width, box.height, at, agency=order.agency, address=order.address, demo=demo)
    )
    return _signed(pdf, order, roll, signer, name="Agency", at=at, box=box, stamp=stamp)


def _by_officer(
    pdf: bytes, order: Order, official: Official, roll: Roll, signer: Signer, *, at: datetime, demo: bool
) -> bytes:
    box = places(at.date()).officer
    stamp = papers.stamp(
        Stamp(
            "officer",
            box.width,
            box.height,
            at,
            agency=order.agency,
            name=official.name,
            role=official.title,
            demo=demo,
        )
    )
    sheet = papers.demo_sheet(at) if demo and order.kind == "result" else b""  # our own papers say it themselves
    return _signed(pdf, order, roll, signer, name="Officer", at=at, box=box, stamp=stamp, watermark=sheet)


def _sealed(pdf: bytes, order: Order, roll: Roll, signer: Signer, *, at: datetime, demo: bool) -> bytes:
    box = places(at.date()).seal
    picture = roll.picture(order.unit_code)
    stamp = papers.stamp(Stamp("seal", box.width, box.height, at, agency=order.agency, picture=picture, demo=demo))
    return _signed(pdf, order, roll, signer, name="Agency", at=at, box=box, stamp=stamp)


def _signed(
    pdf: bytes,
    order: Order,
    roll: Roll,
    signer: Signer,
    *,
    name: str,
    at: datetime,
    box: Box,
    stamp: bytes,
    watermark: bytes = b"",
) -> bytes:
    wish = Wish(
        name=name,
        signer=certificates.holder(signer.certificate).name,
        at=at,
        room=0,
        reason=REASONS[order.kind],
        box=box,
        stamp=stamp,
        watermark=watermark,
    )
    prepare, checking = signature_reading.prepare, roll.checking
    return signing.sign(pdf, wish, signer, prepare=prepare, checking=checking, stamper=roll.stamper)
