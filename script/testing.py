"""`script/test`, once everything is installed: each check in turn, pytest last, one exit code for all."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from script.bootstrapping import debian
from script.bootstrapping.console import LOG, ROOT, Failed, succeeds

NO_TESTS_CHOSEN = 5
CODE = [name for name in ("portal", "tests", "script", "bench", "wsgi.py") if (ROOT / name).exists()]
FIND_CHROMIUM = (sys.executable, "-m", "tests.browser.chromium")
BROWSER_TESTS = "tests/browser"
GO_PACKAGES = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb")


@dataclass(frozen=True, slots=True)
class Check:
    """Arguments of this Python."""

    name: str
    command: Sequence[str]


CHECKS = (
    Check("lint", ("-m", "ruff", "check", *CODE)),
    Check("format", ("-m", "ruff", "format", "--check", *CODE)),
    Check("types", ("-m", "mypy")),
    Check("imports", ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")),
    Check("procedures", ("-m", "flask", "--app", "wsgi", "procedures", "check")),
    Check("translations", ("-m", "flask", "--app", "wsgi", "translations", "check")),
)


def main(arguments: Sequence[str]) -> int:
    os.environ["PYTHONUTF8"] = "1"
    try:
        _find_or_install_ssh_agent()
        _find_or_install_go()
        _find_or_install_pdf_tools()
        _find_or_install_clamav()
        _find_or_install_chromium()
    except Failed as failure:
        print(f"\n{failure}\nFor a browser you may also set CHROMIUM to the path of one.", file=sys.stderr)
        return 1
    if arguments:
        return _module("pytest", *arguments)
    failed = [check.name for check in CHECKS if not _passes(check)]
    if failed:
        print(f"\nFAILED: {', '.join(failed)}; the tests follow.\n", file=sys.stderr, flush=True)
    tests = _pytest()
    if failed:
        # Once more: above it stand ten minutes of dots and "passed".
        print(f"\nFAILED before the tests: {', '.join(failed)}", file=sys.stderr, flush=True)
    return int(bool(tests or failed))


def _pytest() -> int:
    """Unit and integration tests on all processors, then the browser's, whose closing line is the last one."""
    started = time.monotonic()
    first = _module("pytest", "-n", "auto", "--ignore", BROWSER_TESTS)
    print(f"unit and integration tests: {time.monotonic() - started:.0f} s; now the browser\n", flush=True)
    second = _module("pytest", "-n", "2", BROWSER_TESTS)
    return first or second


def _passes(check: Check) -> bool:
    started = time.monotonic()
    print(f"  {check.name:<16}", end="", flush=True)
    with tempfile.TemporaryDirectory() as instance:
        # The commands that check files need an application but no database and no keys that last.
        environment = {**os.environ, "INSTANCE": instance, "DATABASE_URL": "postgresql:///not-used"}
        done = subprocess.run(
            [sys.executable, *check.command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    print(f"{'ok' if done.returncode == 0 else 'FAILED':<8}{time.monotonic() - started:6.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def _module(*command: str) -> int:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode


def _find_or_install_ssh_agent() -> None:
    """What holds the log's key in production: tests sign with a real one."""
    if shutil.which("ssh-agent") is None:
        print(
            f"  No ssh-agent found; installing Debian's OpenSSH client (details in {LOG.relative_to(ROOT)})", flush=True
        )
        debian.install("openssh-client", needed_for="by the tests of the ledger's keys")


def _find_or_install_go() -> None:
    """Compiler and packages with which outsiders check the log: tests run what docs/verifying.md says about them."""
    if shutil.which("go") is None:
        print(f"  No Go found; installing Debian's (details in {LOG.relative_to(ROOT)})", flush=True)
        debian.install("golang-go", needed_for="by the tests of the ledger's documents")
    if not GO_PACKAGES.is_dir():
        debian.install("golang-golang-x-mod-dev", needed_for="by the tests of the ledger's documents")


def _find_or_install_clamav() -> None:
    """The scanner that files are sent to in production; tests give it a signature of their own."""
    if shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        print(f"  No clamd found; installing Debian's ClamAV (details in {LOG.relative_to(ROOT)})", flush=True)
        debian.install("clamav-daemon", needed_for="by the tests of the scanner")


def _find_or_install_pdf_tools() -> None:
    """With which anybody checks a signed paper: tests hold ours to what they say."""
    for program, package in (("pdfsig", "poppler-utils"), ("qpdf", "qpdf")):
        if shutil.which(program) is None:
            where = LOG.relative_to(ROOT)
            print(f"  No {program} found; installing Debian's {package} (details in {where})", flush=True)
            debian.install(package, needed_for="by the tests of signed papers")


def _find_or_install_chromium() -> None:
    if succeeds(FIND_CHROMIUM):
        return
    print(f"  No browser found; installing Debian's Chromium (details in {LOG.relative_to(ROOT)})", flush=True)
    debian.install("chromium", needed_for="by the browser tests")
    if not succeeds(FIND_CHROMIUM):
        raise Failed("chromium was installed and is still not found.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
