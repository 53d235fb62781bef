"""What was resolved just now, as Server-Sent Events: `/ledger/live`.

The stream ends after what there is to say, and tells the browser to come back (`retry`): an `EventSource` does so by
itself, with the `Last-Event-ID` it saw, and gets what came since. So no thread of the server is ever held, and one
answer in memory serves everybody who waits. docs/decisions/live-by-coming-back.md.

Each event: `id` the position of the resolution in the log, `event: resolved`, `data` a JSON object (`reference`, `at`,
`shown_at`, `title`, `unit`, `href`, `late`, `verdict`). Sealed dossiers are in no stream.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.ledger import face
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.names import Names, names
from portal.ledger import queries
from portal.ledger.queries import Dossier
from portal.transaction import current_session

_: Callable[..., str] = gettext

MOST = 5
RETRY_MILLISECONDS = 15_000
SEEN = re.compile(r"[0-9]{1,18}", re.ASCII)


@blueprint.get("/ledger/live")
@audience(Audience.PUBLIC)
def live() -> ResponseReturnValue:
    """The newest resolutions after the one the visitor saw last, oldest first."""
    last = request.headers.get("Last-Event-ID", "")
    seen = int(last) if SEEN.fullmatch(last) else -1
    newest = queries.just_resolved(current_session(), MOST)
    rows = [row for row in reversed(newest) if row.resolved_position is not None and row.resolved_position > seen]
    known = names(units_of={row.unit for row in rows}, procedures_of={row.procedure for row in rows})
    text = "".join([f"retry: {RETRY_MILLISECONDS}\n\n", *(_event(row, known) for row in rows)])
    return face.public_data(Response(text, content_type="text/event-stream; charset=utf-8"))


def _event(row: Dossier, known: Names) -> str:
    data = json.dumps(_data(row, known), ensure_ascii=False)
    return f"id: {row.resolved_position}\nevent: resolved\ndata: {data}\n\n"


def _data(row: Dossier, known: Names) -> dict[str, Any]:
    at = clock.local(row.resolved_at or row.filed_at)
    today = clock.local_day(clock.now())
    return {
        "reference": row.reference,
        "at": at.isoformat(),
        "shown_at": at.strftime("%H:%M" if at.date() == today else "%d/%m"),
        "title": row.reference if row.procedure is None else known.procedure(row.procedure),
        "unit": known.unit(row.unit),
        "href": url_for("ledger.dossier", reference=row.reference),
        "late": row.late,
        "verdict": _("Trễ hạn") if row.late else _("Đúng hạn"),
    }
