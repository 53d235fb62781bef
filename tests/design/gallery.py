"""Pages that exist in tests only: every macro in every state, and views that go wrong on purpose."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from flask import Flask, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy import text

from portal.access import Audience, audience
from portal.errors import Forbidden, Invalid, NotFound, Refused, Stale
from portal.reading import read
from portal.transaction import current_session

TEMPLATES = Path(__file__).parent / "templates"
REFUSALS = {"not_found": NotFound, "forbidden": Forbidden, "refused": Refused, "stale": Stale, "invalid": Invalid}
SECRET = "Nguyễn Thị Bí Mật 099190000001"


@dataclass(frozen=True)
class Step:
    title: str
    state: str
    at: datetime | None = None
    note: str | None = None
    unit: str | None = None


def _at(day: int, hour: int) -> datetime:
    return datetime(2020, 6, day, hour, tzinfo=UTC)


STEPS = (
    Step("Nộp hồ sơ", "done", _at(15, 1)),
    Step("Tiếp nhận hồ sơ", "done", _at(15, 2), "Hẹn trả trước 09:00 ngày 18/06/2020.", "Phường Thắng Nhất"),
    Step("Yêu cầu bổ sung", "undone", _at(15, 3), "Đã thu hồi lúc 15/06/2020, 11:00.", "Phường Thắng Nhất"),
    Step("Yêu cầu bổ sung", "late", _at(16, 2), "Bổ sung trễ hai ngày.", "Phường Thắng Nhất"),
    Step("Đang giải quyết", "current", _at(17, 2), "Cán bộ tư pháp - hộ tịch đang xem xét.", "Phường Thắng Nhất"),
    Step("Có kết quả", "future"),
    Step("Trả kết quả", "future"),
)


def add_to(app: Flask) -> None:
    """Hang the pages into an application that has answered nothing yet."""
    loaders = [loader for loader in (app.jinja_loader, FileSystemLoader(TEMPLATES)) if loader is not None]
    app.jinja_env.loader = ChoiceLoader(loaders)
    views: dict[str, Callable[..., ResponseReturnValue]] = {
        "/test/gallery": gallery,
        "/test/echo": echo,
        "/test/abort/<int:status>": stop,
        "/test/refuse/<kind>": refuse,
        "/test/crash": crash,
        "/test/database": database,
        "/test/database/read": database_read,
        "/test/database/driver": database_driver,
        "/test/elsewhere": elsewhere,
        "/test/crash.json": crash_for_machines,
    }
    for address, view in views.items():
        app.add_url_rule(address, view_func=audience(Audience.PUBLIC)(view), methods=["GET", "POST"])


def gallery() -> str:
    return render_template("gallery.html", steps=STEPS, wide="wide" in request.args)


def echo() -> ResponseReturnValue:
    """What arrived, as the views see it."""
    return {
        "args": request.args.to_dict(flat=False),
        "form": request.form.to_dict(flat=False),
        "files": [file.filename for file in request.files.values()],
    }


def stop(status: int) -> ResponseReturnValue:
    abort(status)


def refuse(kind: str) -> ResponseReturnValue:
    raise REFUSALS[kind]("a_code")


def crash() -> ResponseReturnValue:
    secret = SECRET
    raise ValueError(f"cannot read {secret}")


def crash_for_machines() -> ResponseReturnValue:
    return crash()


def database() -> ResponseReturnValue:
    current_session().execute(text("select 1"))
    return "answered"


def database_read() -> ResponseReturnValue:
    return str(read(current_session(), "select 1", {}))


def database_driver() -> ResponseReturnValue:
    return str(psycopg.connect("postgresql://127.0.0.1:1/nowhere"))


def elsewhere() -> ResponseReturnValue:
    return redirect("/test/gallery", 303)
