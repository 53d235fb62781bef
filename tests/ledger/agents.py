"""Real SSH agents for tests: OpenSSH's own, and strangers that answer whatever a test tells them."""

import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.ledger.agent import parse_public_key


@dataclass(frozen=True, slots=True)
class Agent:
    """A running ssh-agent: its socket, and its own word for each key put into it."""

    socket: Path

    def add(self, kind: str = "ed25519") -> str:
        """Make a key, give it to the agent, destroy the file; the line that `ssh-add -L` shows."""
        file = self.socket.parent / f"key-{time.monotonic_ns()}"
        _run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "log", "-f", str(file))
        _run("ssh-add", "-q", str(file), socket=self.socket)
        line = file.with_name(f"{file.name}.pub").read_text().strip()
        file.unlink()
        assert line in _run("ssh-add", "-L", socket=self.socket)
        return line

    def forget(self) -> None:
        _run("ssh-add", "-q", "-D", socket=self.socket)


def public_key(line: str) -> bytes:
    return parse_public_key(line)


@contextmanager
def ssh_agent() -> Iterator[Agent]:
    with tempfile.TemporaryDirectory(prefix="agent") as folder:  # short: a socket's address has 107 bytes
        path = Path(folder) / "sock"
        process = subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 20
            while not path.exists() and time.monotonic() < deadline:
                time.sleep(0.01)
            yield Agent(path)
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def stranger(answer: bytes, *, pause: float = 0.0) -> Iterator[Path]:
    """A socket that answers every request with these bytes, one by one with a pause between, and hangs up."""
    with tempfile.TemporaryDirectory(prefix="agent") as folder:
        path = Path(folder) / "sock"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
            server.bind(str(path))
            server.listen()
            threading.Thread(target=_answer, args=(server, answer, pause), daemon=True).start()
            yield path


def _answer(server: socket.socket, answer: bytes, pause: float) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        try:
            for part in [answer] if not pause else [bytes([byte]) for byte in answer]:
                connection.sendall(part)
                time.sleep(pause)
        except OSError:
            return  # the signer has hung up


def _run(*command: str, socket: Path | None = None) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    if socket is not None:
        environment["SSH_AUTH_SOCK"] = str(socket)
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
    return done.stdout
