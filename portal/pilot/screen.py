"""What the person who typed `script/server` reads."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Failed(RuntimeError):
    """The start or the run cannot go on; the message says why and what to do."""


def say(line: str = "") -> None:
    print(line, flush=True)


def complain(message: str) -> None:
    print(f"\n{message}", file=sys.stderr, flush=True)


@contextmanager
def step(words: str) -> Iterator[None]:
    """One line of progress, with the time it took."""
    print(f"  {words:<44}", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:6.1f} s", flush=True)


def tail(log: Path, lines: int = 20) -> str:
    """The end of a log, indented, to show beside a complaint."""
    if not log.exists():
        return "    (no log was written)"
    found = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in found)


def welcome(address: str, identities: Sequence[str], *, seconds: float, instance: Path) -> None:
    say()
    say(f"Ready in {seconds:.1f} s.   Cổng dịch vụ đã sẵn sàng.")
    say()
    say(f"    Mở trang này trong trình duyệt / Open in a browser:  {address}")
    if identities:
        say()
        say("    Đăng nhập thử (không cần mật khẩu) / Demo identities to sign in as (no password):")
        for identity in identities:
            say(f"      {identity}")
    say()
    say(f"    Data, keys, letters and logs: {instance}")
    say("    Nhấn Ctrl-C để dừng / Press Ctrl-C to stop everything.")
