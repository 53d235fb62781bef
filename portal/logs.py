"""The log: one JSON object a line on standard error.

It holds no personal data: no addresses with queries, no form values, no local variables, and of an exception
only its type and where it was raised. The message is kept only where it speaks of code, not of data.
"""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import jinja2
import psycopg
import structlog

from portal import clock
from portal.errors import PortalError

SAFE_MESSAGES: tuple[type[Exception], ...] = (PortalError, jinja2.TemplateError, ImportError, NameError)
SAFE_MESSAGES += (AttributeError, TypeError, psycopg.OperationalError)
FRAMES_KEPT = 25

Event = MutableMapping[str, Any]


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def install() -> None:
    """Send every logger's lines through here; safe to repeat."""
    before: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _at,
        _exception,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    if any(isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter) for handler in root.handlers):
        return
    handler = StandardError()
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root.addHandler(handler)
    logging.getLogger("portal").setLevel(logging.INFO)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    found: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return found


def described(error: BaseException) -> Mapping[str, object]:
    """An exception as it may be written down: its type, where it was raised, what it came from."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_KEPT:]
    found: dict[str, object] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, SAFE_MESSAGES):
        found["message"] = str(error)
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        found["from"] = described(before)
    return found


def _at(_logger: object, _method: str, event: Event) -> Event:
    event["at"] = clock.now().isoformat()
    return event


def _exception(_logger: object, _method: str, event: Event) -> Event:
    """Both structlog's `exc_info=` and, for other libraries' lines, the record's own."""
    record = event.get("_record")
    found = event.pop("exc_info", None) or (record.exc_info if record is not None else None)
    if record is not None:
        record.exc_info = record.exc_text = None
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = described(error)
    return event
