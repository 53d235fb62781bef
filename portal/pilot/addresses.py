"""Ports and addresses of this machine."""

import socket
import urllib.error
import urllib.request

from portal.pilot.screen import Failed

HOST = "127.0.0.1"

# The machine itself is asked directly, whatever proxy the environment names.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def refuse_taken(port: int) -> None:
    """Raises Failed where nobody new can listen on the port."""
    try:
        _bind(port).close()
    except PermissionError as error:
        raise Failed(f"Port {port} is reserved for the system. Choose another: PORT=8000 script/server") from error
    except OSError as error:
        raise Failed(
            f"Port {port} is in use by another program. Stop that, or choose another port:\n"
            f"    PORT={port + 10} script/server"
        ) from error


def free_port(*, preferred: int = 0) -> int:
    """The preferred port where it is free, else one the system chooses."""
    for port in (preferred, 0):
        try:
            with _bind(port) as found:
                return int(found.getsockname()[1])
        except (OSError, OverflowError):
            continue
    raise Failed("No port is free on this machine.")


def answers(address: str) -> bool:
    """Whether the address answers 200."""
    try:
        with _direct.open(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=2).close()
    except OSError:
        return False
    return True


def _bind(port: int) -> socket.socket:
    found = socket.socket()
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
    except BaseException:
        found.close()
        raise
    return found
