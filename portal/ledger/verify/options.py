"""What can be asked of `python -m portal.ledger.verify`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

DESCRIPTION = """
Audit a public ledger from outside: read every entry, compute the tree anew, compare it with the signed checkpoint and
with every tile, follow every dossier's chain. Exit status: 0 sound, 1 not sound, 2 could not tell.
"""
PLACE = """
Take the key from a receipt, a newspaper or somebody you trust, not from the server you audit.
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.base_url is None and (asked.proof is None or asked.promise is not None):
        parser.error("give the address of a portal, file:/a/folder, or --proof FILE")
    if asked.vkey and asked.policy:
        parser.error("--vkey and --policy exclude each other")
    if asked.proof is not None and not (asked.vkey or asked.policy):
        parser.error("--proof needs a key to trust: --vkey KEY or --policy FILE")
    if bool(asked.mail_to) != bool(asked.smtp):
        parser.error("--mail-to and --smtp go together")
    if (asked.web_hook or asked.mail_to) and not asked.follow:
        parser.error("--web-hook and --mail-to go with --follow")
    if asked.follow and not (asked.vkey or asked.policy):
        parser.error("--follow needs a key to trust: --vkey KEY or --policy FILE")
    if asked.state and not (asked.vkey or asked.policy):
        parser.error("--state needs a key to trust: it keeps nothing that nobody signed")
    if (asked.promise or asked.keep) and (asked.state or asked.follow):
        parser.error("--promise and --keep read the whole log: leave out --state and --follow")
    if asked.promise and not (asked.vkey or asked.policy):
        parser.error("--promise needs keys to trust: --vkey KEY, the log's and the one that promises")
    if asked.base_url is None and (asked.follow or asked.state or asked.since or asked.overdue or asked.keep):
        parser.error("give the address of a portal, or file:/a/folder")
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.ledger.verify", description=DESCRIPTION, epilog=PLACE)
    add = parser.add_argument
    add("base_url", nargs="?", metavar="base-url", help="https://portal.example, or file:/a/folder with a mirror")
    add("--vkey", action="append", default=[], metavar="KEY", help="a key of the log, or of a witness; may be repeated")
    add("--policy", type=Path, metavar="FILE", help="keys and the quorum of witnesses to ask for")
    add("--since", type=Path, action="append", default=[], metavar="FILE", help="an older checkpoint, as it was served")
    add("--state", type=Path, metavar="FILE", help="remember here what was checked; the next audit reads what is new")
    add("--follow", action="store_true", help="go on, and tell what is wrong when it is found; Ctrl-C ends it")
    add("--every", type=_seconds, default=60.0, metavar="SECONDS", help="with --follow: how often to look (60)")
    add("--web-hook", metavar="URL", help="with --follow: POST what is found there, as JSON")
    add("--mail-to", metavar="ADDRESS", help="with --follow and --smtp: send what is found there")
    add("--smtp", metavar="HOST:PORT", help="the mail server to send it by")
    add("--mail-from", metavar="ADDRESS", help="the sender of those letters; else the receiver")
    add("--overdue", metavar="UNIT", help="list this unit's dossiers, and those below it, that are past due")
    add("--proof", type=Path, metavar="FILE", help="check a receipt's proof; alone it needs no network")
    add("--promise", type=Path, metavar="FILE", help="a receipt, or its proof: say whether its promise was kept")
    add("--keep", type=Path, metavar="FOLDER", help="keep what is read there: a mirror, to be audited as file:FOLDER")
    add("--jobs", type=_jobs, default=8, metavar="N", help="connections to read with (8)")
    add("--quiet", action="store_true", help="no progress; say something only where something is wrong")
    add("--json", action="store_true", help="the outcome as one line of JSON")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.05 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError("between 0.05 and 86400 seconds")
    return seconds


def _jobs(text: str) -> int:
    jobs = int(text)
    if not 1 <= jobs <= 64:
        raise argparse.ArgumentTypeError("between 1 and 64")
    return jobs
