"""A witness that signs whatever it is shown: `python -m tests.ledger.dishonest_witness`. For tests alone."""

import argparse
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from portal.ledger import note
from portal.ledger.cosignature import Cosigner
from portal.ledger.witness import request


class SignsAnything(BaseHTTPRequestHandler):
    cosigner: Cosigner

    def do_POST(self) -> None:
        asked = request.parse(self.rfile.read(int(self.headers["Content-Length"])))
        text = note.parse(asked.note).text
        body = self.cosigner.cosign(text, datetime.now(UTC)).line.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--listen", "--state", "--name", "--log"):
        parser.add_argument(name)
    options = parser.parse_args()
    SignsAnything.cosigner = Cosigner(options.name, bytes([7]) * 32)
    host, _, port = options.listen.rpartition(":")
    server = ThreadingHTTPServer((host, int(port)), SignsAnything)
    sys.stdout.write(f"Public key: {SignsAnything.cosigner.witness.vkey}\n")
    sys.stdout.write(f"Listening on http://{host}:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
