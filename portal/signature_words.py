"""What pages say of signatures: of papers that are signed or wait, and of what stands in files that people sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from portal.display import instant
from portal.dossiers import called_for, signed_papers
from portal.dossiers.own_files import OwnFile
from portal.dossiers.signed_papers import Paper
from portal.dossiers.views import Dossier
from portal.signatures.findings import Bytes, Found, Reading, Trust
from portal.transaction import current_session

_: Callable[..., str] = gettext

BEYOND_SIGNING = "not_signable"  # the file stays what it is


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper on a page. `id` None: it is not signed yet. `why`: when it was signed, or what it waits for."""

    id: int | None
    why: str
    size: int | None
    demo: bool
    taken_back: bool = False  # with the act that called for it
    beyond_signing: bool = False  # it does not wait: trying again helps nobody


@dataclass(frozen=True, slots=True)
class PapersShown:
    """Those of a dossier: its receipt, results by the file that they were made of, notices by their step."""

    receipt: Shown | None
    results: Mapping[int, Shown]
    notices: Mapping[int, Shown]


@dataclass(frozen=True, slots=True)
class Signed:
    """What a list of one's own documents says of a document's signatures: the portal's, and those it came with."""

    paper: Shown | None
    lines: "list[Line]"


def of_own_files(files: Sequence[OwnFile], *, at: datetime) -> Mapping[int, Signed]:
    """By the document's id."""
    return {file.id: _signed(file, at) for file in files}


def _signed(file: OwnFile, at: datetime) -> Signed:
    paper = file.result.paper if file.result else None
    return Signed(_shown(paper) if paper else None, found_lines(file.signed, at=at))


def papers_of(dossier: Dossier) -> PapersShown:
    """What the dossier's page says of its signed papers."""
    found = signed_papers.of_dossier(current_session(), dossier.id)
    receipt = next((_shown(one) for one in found if one.kind == "receipt"), None)
    results = {one.attachment_id: _shown(one) for one in found if one.attachment_id is not None}
    notices = {one.step: _shown(one) for one in found if one.kind in called_for.NOTICES}
    return PapersShown(receipt, results, notices)


def _shown(paper: Paper) -> Shown:
    if paper.taken_back_at is not None:
        words = _("Thu hồi lúc %(at)s, không còn giá trị.", at=instant(paper.taken_back_at))
        number = None if paper.signed_at is None else paper.id
        return Shown(number, words, paper.size, paper.demo, taken_back=True)
    if paper.signed_at is None:
        beyond = paper.waits_for == BEYOND_SIGNING
        return Shown(None, waiting_words(paper.waits_for), None, demo=False, beyond_signing=beyond)
    return Shown(paper.id, _("Ký số lúc %(at)s.", at=instant(paper.signed_at)), paper.size, paper.demo)


@dataclass(frozen=True, slots=True)
class Line:
    """One signature of a file, in words; `tone` is a tag's."""

    who: str
    verdict: str
    tone: str


def found_lines(reading: Reading | None, *, at: datetime) -> list[Line]:
    """What a page says of the signatures that came with a file."""
    if reading is None:
        return []
    lines = [_line(one, at) for one in reading.found]
    if reading.unreadable:
        lines.append(Line(_("Có chữ ký không đọc được"), _("không dùng được"), "bad"))
    return lines


def _line(found: Found, at: datetime) -> Line:
    who, verdict, tone = signer_words(found), *verdict_words(found, at=at)
    return Line(who, verdict, tone)


def signer_words(found: Found) -> str:
    """Who signed, for what, and when."""
    names = found.signer if found.organisation in ("", found.signer) else f"{found.signer}, {found.organisation}"
    if found.at is None:
        return names
    said = _("%(names)s, ký lúc %(at)s", names=names, at=instant(found.at))
    return said if found.stamped_at else _("%(said)s (theo người ký)", said=said)


def broken_words(became: Bytes) -> str:
    """What was done to what was signed."""
    return {
        Bytes.ADDED_TO: _("Có nội dung thêm vào sau khi ký"),
        Bytes.UNCLEAR: _("Chữ ký không bao trùm cả tệp"),
    }.get(became, _("Nội dung đã bị sửa sau khi ký"))


def verdict_words(found: Found, *, at: datetime) -> tuple[str, str]:
    """Whether it holds, and the tone of the words."""
    if found.bytes not in (Bytes.UNTOUCHED, Bytes.SIGNED_AFTER):
        return broken_words(found.bytes), "bad"
    if found.demo:
        return _("Còn nguyên, nhưng chứng thư DEMO không có giá trị pháp lý"), "waiting"
    trouble = {
        Trust.EXPIRED: _("Còn nguyên, nhưng chứng thư đã hết hạn"),
        Trust.NOT_YET: _("Còn nguyên, nhưng chứng thư chưa có hiệu lực khi ký"),
        Trust.REVOKED: _("Chứng thư đã bị thu hồi"),
        Trust.UNKNOWN_ISSUER: _("Còn nguyên, nhưng không rõ ai cấp chứng thư"),
    }
    if found.trust is not Trust.HELD:
        return trouble[found.trust], "bad" if found.trust is Trust.REVOKED else "waiting"
    if found.not_after is not None and found.not_after < at:
        return _("Còn nguyên; chứng thư đã hết hạn sau khi nhận"), "waiting"
    return _("Còn nguyên, chứng thư có hiệu lực"), "good"


def waiting_words(reason: str | None) -> str:
    """Why a paper has no signature; mostly nobody who reads it has to do anything."""
    if reason == BEYOND_SIGNING:
        return _("Tệp PDF này hỏng, có mật khẩu hoặc không cho ký thêm.")
    if reason is None:
        return _("Đang chờ ký số, thường chỉ mất vài giây. Hãy tải lại trang sau.")
    why = {
        "no_certificate": _("cơ quan hoặc cán bộ giải quyết chưa có chứng thư số"),
        "demo_certificate": _("chứng thư số của cơ quan chỉ dùng để thử nghiệm"),
        "not_yet_valid": _("chứng thư số chưa đến ngày có hiệu lực"),
        "expired": _("chứng thư số đã hết hạn"),
        "revoked": _("chứng thư số đã bị thu hồi"),
        "revocation_unknown": _("chưa hỏi được chứng thư số còn hiệu lực không"),
        "key_not_there": _("thiết bị hoặc tệp giữ khóa ký chưa mở được"),
        "signing_service_silent": _("dịch vụ ký số chưa trả lời"),
        "time_stamp_silent": _("dịch vụ dấu thời gian chưa trả lời"),
        "original_waits": _("tệp đang chờ quét mã độc"),
        "original_gone": _("không đọc được tệp gốc"),
    }
    return _("Lý do: %(why)s. Cổng tự thử lại; bạn không cần làm gì.", why=why.get(reason, reason))
