"""`python -m portal.ledger.witness`: arguments, files, and the loop. See docs/witnesses.md."""

import argparse
import logging
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from portal import clock
from portal.ledger import note
from portal.ledger.cosignature import Cosigner
from portal.ledger.note import BadNote, Verifier
from portal.ledger.witness import keyfile
from portal.ledger.witness.judging import Judge
from portal.ledger.witness.memory import BadMemory, Memory
from portal.ledger.witness.serving import Server

ABOUT = """
A witness for transparency logs. It remembers how large a log was when it last signed for it, and signs again only if
the log has grown without changing anything it had before. So nobody can show one history to you and another to me.
"""
MORE = """
The first start makes the key and prints the witness's public key: give that to whoever runs the log. Keep both files.
The state must never be set back to an older copy: begin with a new key instead. Speaks plain HTTP
(c2sp.org/tlog-witness); put a web server with HTTPS in front where the network is not your own.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _end)
    try:
        return _run(options)
    except KeyboardInterrupt:  # told to stop: what was signed is written down, so there is nothing left to do
        return 0


def _run(options: argparse.Namespace) -> int:
    key_file = options.key or options.state.with_name(f"{options.state.name}.key")
    memory = Memory(options.state)
    try:
        cosigner = _begin(memory, key_file, options.name)
        host, port = options.listen
        server = Server(host, port, Judge(cosigner, options.log, memory, clock.now))
    except (BadMemory, BadNote, OSError) as error:
        sys.stderr.write(f"The witness did not start: {error}\n")
        return 1
    sys.stdout.write(f"Public key: {cosigner.witness.vkey}\nListening on {server.address}\n")
    sys.stdout.flush()
    with server:
        server.serve_forever()
    return 0


def _begin(memory: Memory, key_file: Path, name: str) -> Cosigner:
    """The state before the key: where only one of them is left, it is the state, and nothing was signed yet."""
    memory.begin(first_use=not key_file.exists())
    if not key_file.exists():
        keyfile.make(key_file, name)
    return keyfile.read(key_file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m portal.ledger.witness", description=ABOUT, epilog=MORE)
    parser.add_argument("--listen", type=_address, required=True, metavar="HOST:PORT", help="where to listen")
    parser.add_argument("--state", type=Path, required=True, metavar="FILE", help="what the witness remembers")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its private key (default: the state's name + .key)")
    parser.add_argument(
        "--name",
        default=f"{socket.gethostname()}/witness",
        help="its name, when the key is made: best an address of yours without https:// (default: %(default)s)",
    )
    parser.add_argument(
        "--log",
        type=_log,
        action="append",
        required=True,
        metavar="VKEY",
        help="public key of a log to sign for; repeat it for several logs, or several keys of one",
    )
    return parser


def _address(text: str) -> tuple[str, int]:
    host, _colon, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        raise argparse.ArgumentTypeError("write it like 127.0.0.1:8090")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _log(text: str) -> Verifier:
    try:
        return note.parse_vkey(text)
    except BadNote as error:
        raise argparse.ArgumentTypeError(f"not the public key of a log ({error})") from error


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
