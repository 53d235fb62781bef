"""What a file is, as far as we can vouch for it: ours and whole, ours and touched, somebody else's, or nothing of it.

A paper is ours where its bytes are those that we kept the digest of; a signature alone, however good, does not make it
one. Only that, and a reading in which everything holds, is called good.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask_babel import gettext

from portal.display import instant, number
from portal.dossiers import signed_papers
from portal.dossiers.signed_papers import Known
from portal.files import signature_reading
from portal.signature_words import Line, broken_words, signer_words, verdict_words
from portal.signatures.findings import Bytes, Found, Reading
from portal.signatures.reading import ends
from portal.transaction import current_session

_: Callable[..., str] = gettext

BEGINNING = 1024
"""Where readers look for the mark of a PDF."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer. `known`: the paper of ours that it is, or was before it was added to."""

    tone: str
    title: str
    what: str
    lines: tuple[Line, ...]
    known: Known | None
    digest: str


def judge(data: bytes, *, at: datetime) -> Judgement:
    """Whatever comes, an answer."""
    digest = sha256(data)
    if b"%PDF-" not in data[:BEGINNING]:
        return _no_paper(
            _("Tệp này không phải PDF"), _("Giấy tờ của cổng là tệp PDF. Hãy chọn đúng tệp."), digest.digest()
        )
    session = current_session()
    known = signed_papers.known_by_digests(session, [digest.digest()])
    reading = signature_reading.read(data, at=known.signed_at if known else at)
    if known is not None:
        return _ours(known, reading, at)
    before = signed_papers.known_by_digests(session, [sha256(data[:end]).digest() for end in ends(data)])
    if before is not None:
        return _added_to(before, reading, data)
    return _foreign(reading, data)


def _ours(known: Known, reading: Reading, at: datetime) -> Judgement:
    lines = tuple(Line(signer_words(one), *verdict_words(one, at=known.signed_at)) for one in reading.found)
    if known.taken_back_at is not None:
        title = _("Giấy tờ của cổng này nhưng đã bị thu hồi")
        what = _(
            "Cơ quan đã thu hồi giấy này lúc %(at)s, nên nó không còn giá trị, dù không một byte nào thay đổi.",
            at=instant(known.taken_back_at),
        )
        return Judgement("bad", title, what, lines, known, known.sha256.hex())
    if not reading.whole:
        title = _("Tệp do cổng này phát hành, nhưng chữ ký không còn kiểm tra được")
        what = _("Từng byte đúng như khi phát hành, nhưng chứng thư không còn được tin cậy. Hãy hỏi cơ quan phát hành.")
        return Judgement("waiting", title, what, lines, known, known.sha256.hex())
    if known.demo:
        title = _("Giấy tờ DEMO của cổng này, còn nguyên vẹn")
        what = _("Đây là bản thử nghiệm, ký bằng chứng thư DEMO: không có giá trị pháp lý.")
        return Judgement("waiting", title, what, lines, known, known.sha256.hex())
    title = _("Giấy tờ do cổng này phát hành, còn nguyên vẹn")
    what = _("Không một byte nào thay đổi từ khi ký, và chứng thư có hiệu lực khi ký.")
    return Judgement("good", title, what, lines, known, known.sha256.hex())


def _added_to(known: Known, reading: Reading, data: bytes) -> Judgement:
    more = len(data) - known.size
    title = _("Giấy tờ của cổng này nhưng đã bị thêm nội dung sau khi ký")
    what = _(
        "%(count)s byte được thêm vào sau bản đã phát hành, nên tệp này không dùng được. Hãy xin bản gốc.",
        count=number(more),
    )
    lines = tuple(Line(signer_words(one), *_broken_words(one)) for one in reading.found)
    return Judgement("bad", title, what, lines, known, sha256(data).hexdigest())


def _foreign(reading: Reading, data: bytes) -> Judgement:
    digest = sha256(data).digest()
    if not reading.found and not reading.unreadable:
        what = _("Tệp không có chữ ký số, nên không biết ai phát hành và có bị sửa không.")
        return _no_paper(_("Không phải giấy tờ đã ký của cổng này"), what, digest)
    broken = reading.unreadable or any(one.bytes is not Bytes.SIGNED_AFTER for one in reading.found[:-1])
    broken = broken or any(one.bytes is not Bytes.UNTOUCHED for one in reading.found[-1:])
    lines = tuple(Line(signer_words(one), *_broken_words(one)) for one in reading.found)
    title = _("Không phải giấy tờ của cổng này, hoặc đã bị sửa")
    if broken:
        what = _("Nội dung không còn như khi ký, hoặc chữ ký không đọc được. Hãy xin bản gốc.")
    else:
        title = _("Không phải giấy tờ của cổng này")
        what = _("Tệp do người khác ký. Cổng chỉ xác nhận giấy tờ do mình phát hành; hãy hỏi nơi đã ký.")
    return Judgement("bad" if broken else "neutral", title, what, lines, None, digest.hex())


def _broken_words(found: Found) -> tuple[str, str]:
    """Never more than that it is not ours: what it is worth elsewhere is not for us to say."""
    if found.bytes in (Bytes.UNTOUCHED, Bytes.SIGNED_AFTER):
        return _("Không do cổng này xác nhận"), "neutral"
    return broken_words(found.bytes), "bad"


def _no_paper(title: str, what: str, digest: bytes) -> Judgement:
    return Judgement("bad", title, what, (), None, digest.hex())
