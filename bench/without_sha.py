"""The audit's rows again, in a process in which OpenSSL does without the processor's SHA instructions.

They change the limit about twofold and the audit by little. So a ratio to raw leaf hashing can be understood only
with the knowledge whether the machine has them, and compared between machines only without them.
"""

import os
import subprocess
import sys
from pathlib import Path

from bench import ledger_rows
from portal.settings import ROOT

DENIED = {"OPENSSL_ia32cap": ":~0x20000000"}
"""Bit 29 of what `cpuid` says in leaf 7, EBX: SHA. OpenSSL heeds this on x86, and nowhere else."""
LIMIT_NAME = "raw leaf hashing without SHA instructions"


def show(entries: list[bytes], *, rounds: int) -> None:
    """Below the rows of the machine as it is."""
    print(f"{'SHA instructions':26} {_instructions()}; the audit without them:", flush=True)
    for row in rows(entries, rounds=rounds):
        print(row, flush=True)


def rows(entries: list[bytes], *, rounds: int) -> list[str]:
    """The two rows as lines, without a target: the target is for the machine as it is."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "bench.without_sha", str(rounds)],
        cwd=ROOT,
        env=os.environ | DENIED,
        input=b"\n".join(entries),
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode().splitlines()


def _instructions() -> str:
    """What Linux tells: `sha_ni` of x86, `sha2` of ARM."""
    try:
        told = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split()) & {"sha_ni", "sha2"}
    except OSError:
        return "not told by this system"
    return f"this processor has them ({', '.join(sorted(told))})" if told else "this processor tells of none"


def main() -> None:
    entries = sys.stdin.buffer.read().split(b"\n")
    for row in ledger_rows.auditing(entries, rounds=int(sys.argv[1]), limit_name=LIMIT_NAME, target=None):
        print(row)


if __name__ == "__main__":
    main()
