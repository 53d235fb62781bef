"""What a web hook receives: CloudEvents 1.0 in structured mode, signed in the manner of Standard Webhooks. Pure.

    webhook-id         the event's id: the same in every repetition
    webhook-timestamp  seconds since 1970 of this attempt
    webhook-signature  v1,<base64 HMAC-SHA256(secret, "<id>.<timestamp>.<body>")>
    body               {"specversion": "1.0", "id", "source", "type", "subject", "time", "datacontenttype", "data"}

The secret is shown once as `whsec_<base64 of 32 bytes>`.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from portal.ledger.queries import Logged

ENTRY = "vn.hai-dang.ledger.entry.v1"
CHALLENGE = "vn.hai-dang.web-hook.challenge.v1"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
MARK = "whsec_"


def new_secret() -> str:
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def of_entry(entry: Logged, *, base_url: str) -> dict[str, Any]:
    """The event of one public entry of the log."""
    if entry.act is None:
        raise ValueError("a sealed entry is told to nobody")
    return _event(
        f"ledger-{entry.position}",
        ENTRY,
        source=f"{base_url}/ledger",
        subject=entry.act.reference,
        time=entry.act.at,
        data={
            "index": entry.position,
            "entry": json.loads(entry.data),
            "dossier": f"{base_url}/ledger/dossiers/{entry.act.reference}",
            "proof": f"{base_url}/ledger/entries/{entry.position}.json",
        },
    )


def of_challenge(hook_id: int, token: str, *, base_url: str, at: datetime) -> dict[str, Any]:
    """The question that the address must answer with the same challenge, to show that it wants these events."""
    time = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    data = {"challenge": token}
    return _event(f"challenge-{hook_id}", CHALLENGE, source=f"{base_url}/ledger", subject=None, time=time, data=data)


def render(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def headers(event: Mapping[str, Any], body: bytes, *, secret: str, at: datetime) -> dict[str, str]:
    """What goes with the body."""
    stamp = str(int(at.timestamp()))
    return {
        "Content-Type": CONTENT_TYPE,
        "webhook-id": event["id"],
        "webhook-timestamp": stamp,
        "webhook-signature": signature(event["id"], stamp, body, secret=secret),
    }


def signature(event_id: str, stamp: str, body: bytes, *, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(MARK))
    signed = hmac.digest(key, f"{event_id}.{stamp}.".encode() + body, sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def answers(body: bytes, challenge: str) -> bool:
    """Whether the answer repeats the challenge: as text, or as JSON {"challenge": ...}."""
    text = body.decode(errors="replace").strip()
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    found = value.get("challenge") if isinstance(value, dict) else value
    return isinstance(found, str) and hmac.compare_digest(found.encode(), challenge.encode())


def _event(
    event_id: str, kind: str, *, source: str, subject: str | None, time: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": source,
        "type": kind,
        "time": time,
        "datacontenttype": "application/json",
        "data": data,
    }
    return event if subject is None else event | {"subject": subject}
