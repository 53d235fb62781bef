"""A demo authority for tests, with its roll, and papers signed by it."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import x509

from portal.signatures import certificates, demo_authority, preparing, signing
from portal.signatures.preparing import Wish
from portal.signatures.revocation import Checking
from portal.signatures.roll import Roll
from portal.signatures.signer import Signer
from portal.signatures.time_stamps import Stamper

MADE_AT = datetime(2020, 6, 15, 2, 0, tzinfo=UTC)
AT = MADE_AT + timedelta(minutes=5)
OFFICER = "officer-subject"
AGENCY_NAME = "Ủy ban nhân dân Phường Mẫu"


@dataclass(frozen=True)
class Authority:
    """The folder of a demo authority."""

    folder: Path

    @property
    def roll(self) -> Roll:
        return Roll.read(self.folder / demo_authority.ROLL, demo=True)

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        return certificates.parse((self.folder / "demo-root.pem").read_bytes())


def make_authority(folder: Path, *, at: datetime = MADE_AT) -> Authority:
    demo_authority.make(folder, agency=AGENCY_NAME, officers={OFFICER: "Hồ Thị Mẫu Lan"}, at=at)
    return Authority(folder)


def signed(
    pdf: bytes,
    signer: Signer,
    *,
    name: str = "Agency",
    at: datetime = AT,
    checking: Checking | None = None,
    stamper: Stamper | None = None,
    **wishes: object,
) -> bytes:
    wish = Wish(name, "Mẫu", at, 0, **wishes)  # type: ignore[arg-type]
    return signing.sign(pdf, wish, signer, prepare=preparing.prepare, checking=checking or Checking(), stamper=stamper)


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What poppler says of the signatures."""
    file = folder / "said.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout


def qpdf(pdf: bytes, folder: Path) -> int:
    """0 where the file is sound."""
    file = folder / "sound.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["qpdf", "--check", str(file)], capture_output=True, check=False).returncode
