"""What is made whole: the ledger as a file beside COPY, a receipt beside typst alone, all figures anew."""

import http.client
import itertools
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

import psycopg

from bench.installation import Bench, largest_memory
from bench.ledger_rows import Ratio, ratio_of, timed
from portal.extensions import db
from portal.opendata import upkeep
from portal.opendata.runs import Runs
from portal.papers import Component, LogProof, ReceiptFacts, Stamp, rendering, stamp
from portal.signatures import demo_authority, signing
from portal.signatures.places import places
from portal.signatures.preparing import Wish, prepare
from portal.signatures.roll import Roll
from portal.statistics import commands as statistics
from portal.transaction import unit_of_work

EXPORT_TARGET, RECEIPT_TARGET = 0.50, 0.80
SIGNED_TARGET = 1 / 3  # a signed receipt costs at most three unsigned ones
COPIED = "COPY ... TO STDOUT CSV"
READ_BYTES = 1 << 16
RECEIPTS = 30
FACTS = ReceiptFacts(
    reference="H06.31.01-200615-0007",
    agency="Ủy ban nhân dân Phường 1",
    superior="Ủy ban nhân dân thành phố Vũng Tàu",
    place="Vũng Tàu",
    procedure_code="1.001193",
    procedure="Đăng ký khai sinh",
    applicant="Nguyễn Thị Mẫu",
    identity="079000000001",
    components=(Component("Tờ khai đăng ký khai sinh", "electronic", 1), Component("Giấy chứng sinh", "original", 2)),
    channel="online",
    filed_at=datetime(2020, 6, 15, 1, 30, tzinfo=UTC),
    received_at=datetime(2020, 6, 15, 2, 0, tzinfo=UTC),
    due_at=datetime(2020, 6, 15, 10, 0, tzinfo=UTC),
    look_up_address="https://portal.example/track?reference=H06.31.01-200615-0007",
    term="Trong ngày làm việc",
    secret="7KQ2M-0XH4R",
    proof=LogProof("bench.test/ledger", "00000000", "A" * 43 + "=", "https://portal.example/ledger/verify", 7, 9),
)


def show(bench: Bench, *, rounds: int) -> None:
    print(exporting(bench, rounds=rounds), flush=True)
    print(receipts(rounds=rounds), flush=True)
    print(signed_receipts(rounds=rounds), flush=True)
    print(recomputing(), flush=True)


# --- The ledger as a file ----------------------------------------------------------------------------------------


def exporting(bench: Bench, *, rounds: int) -> str:
    """`/open-data/ledger.csv` to its last byte, beside COPY of the same rows as CSV; and what it costs in memory.

    As it always is once the worker has kept its runs, and as before it ever did.
    """
    before, runs = largest_memory(bench.portal_process).share, Runs.of(bench.settings)
    pairs, anew, rows = [], [], 0
    for _round in range(rounds):
        limit = timed(partial(_copied, bench.settings.database_url))
        shutil.rmtree(runs.folder, ignore_errors=True)
        rows, seconds = _downloaded(bench.portal)
        anew.append((rows / seconds, rows / limit))
        upkeep.keep_runs(bench.settings)
        rows, seconds = _downloaded(bench.portal)
        pairs.append((rows / seconds, rows / limit))
    grown = (largest_memory(bench.portal_process).share - before) / 1e6
    kept = sum(path.stat().st_size for path in runs.folder.iterdir()) / 1e6
    return "\n".join(
        [
            str(ratio_of("ledger.csv, rows", COPIED, pairs, EXPORT_TARGET)),
            str(ratio_of("the same, nothing kept", COPIED, anew, None)),
            f"  {rows:,} rows a file, {kept:.0f} MB kept; the server's largest process grew by {grown:.0f} MB",
        ]
    )


def _copied(url: str) -> None:
    with (
        psycopg.connect(url) as connection,
        connection.cursor() as cursor,
        cursor.copy("copy ledger_entry to stdout (format csv)") as copy,
    ):
        for _block in copy:
            pass


def _downloaded(address: tuple[str, int]) -> tuple[int, float]:
    """How many lines came, without the header, and in how many seconds."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection(*address, timeout=600)
    try:
        connection.request("GET", "/open-data/ledger.csv")
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise RuntimeError(f"the portal answered {answer.status}")
        lines = sum(block.count(b"\n") for block in iter(partial(answer.read, READ_BYTES), b""))
    finally:
        connection.close()
    return lines - 1, time.perf_counter() - started


# --- Receipts ----------------------------------------------------------------------------------------------------


def receipts(*, rounds: int) -> Ratio:
    """A receipt with its two pages and codes from its facts, beside typst compiling such pages and nothing else.

    Both in processor time of this process: neither waits for anything.
    """
    numbers = itertools.count()
    rendering.receipt(_numbered(next(numbers)), lang="vi")
    pairs = []
    for _round in range(rounds):
        ready = [_ready(_numbered(next(numbers))) for _number in range(RECEIPTS)]
        begun = time.process_time()
        for compiled in ready:
            compiled()
        limit, begun = time.process_time() - begun, time.process_time()
        for _number in range(RECEIPTS):
            rendering.receipt(_numbered(next(numbers)), lang="vi")
        pairs.append((RECEIPTS / (time.process_time() - begun), RECEIPTS / limit))
    return ratio_of("receipt, PDF, a core", "typst alone", pairs, RECEIPT_TARGET)


def signed_receipts(*, rounds: int) -> Ratio:
    """A receipt rendered, stamped and signed by a demo seal, beside the rendering alone; processor time of a core."""
    numbers, at = itertools.count(RECEIPTS * 1000), datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        demo_authority.make(Path(folder), agency="Ủy ban nhân dân Mẫu", officers={}, at=at)
        roll = Roll.read(Path(folder) / demo_authority.ROLL, demo=True)
        signed = partial(_signed, roll, at)
        signed(_numbered(next(numbers)))
        pairs = [
            (1 / _cost(signed, numbers), 1 / _cost(partial(rendering.receipt, lang="vi"), numbers))
            for _round in range(rounds)
        ]
    return ratio_of("signed receipt, a core", "the receipt unsigned", pairs, SIGNED_TARGET)


def _cost(make: Callable[[ReceiptFacts], bytes], numbers: Iterator[int]) -> float:
    begun = time.process_time()
    for _number in range(RECEIPTS):
        make(_numbered(next(numbers)))
    return (time.process_time() - begun) / RECEIPTS


def _signed(roll: Roll, at: datetime, facts: ReceiptFacts) -> bytes:
    box, signer = places(at.date()).agency, roll.agency("H06")
    look = stamp(Stamp("agency", box.width, box.height, at, agency=facts.agency, address=facts.look_up_address))
    wish = Wish("Agency", "Mẫu", at, 0, box=box, stamp=look)
    pdf = rendering.receipt(facts, lang="vi")
    return signing.sign(pdf, wish, signer, prepare=prepare, checking=roll.checking, stamper=None)


def _ready(facts: ReceiptFacts) -> Callable[[], bytes]:
    """The compiler's own work alone: words, codes and fonts are at hand."""
    paper = rendering.Paper("receipt.typ", rendering.FONTS, facts.filed_at, rendering._codes(facts))
    return partial(rendering._compile, paper, rendering._receipt_data(facts, "vi"))


def _numbered(number: int) -> ReceiptFacts:
    """No two alike: typst remembers what it has set before."""
    reference = f"H06.31.01-200615-{number:04}"
    address = f"https://portal.example/track?reference={reference}"
    return replace(FACTS, reference=reference, look_up_address=address, applicant=f"Nguyễn Thị Mẫu {number}")


# --- Figures -----------------------------------------------------------------------------------------------------


def recomputing() -> str:
    """`flask ledger recompute`: every figure anew from the bytes of all entries."""
    session = db.session()
    seconds = []
    for _round in range(2):
        started = time.perf_counter()
        with unit_of_work(session):
            size = statistics.rebuild(session)
        seconds.append(time.perf_counter() - started)
    return f"{'ledger recompute':26} {size:,} entries in {median(seconds):.1f} s, {size / median(seconds):,.0f}/s"
