"""For `test_crowded_server`: an application whose pages come once the file RELEASE is there, behind small gates."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from portal import crowd_page
from portal.gates import Gate, Gates, Kind

PLACES, CHAIRS, SECONDS = 2, 4, 600.0
COME_BACK = crowd_page.Answers(asked=b"come back", sent=b"", machine=b"", fixed={})


def _application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    release = Path(os.environ["RELEASE"])
    while environ["PATH_INFO"] == "/track" and not release.exists():
        time.sleep(0.01)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"served"]


app = Gates(
    _application,
    gates={kind: Gate(PLACES, CHAIRS, SECONDS) for kind in Kind},
    signed_in=lambda _cookies: "",
    come_back=COME_BACK,
    hops=1,
)
