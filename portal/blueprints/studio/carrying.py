"""A manuscript as a file: taken out, and a file put in its place."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import fault_words
from portal.access import Audience, audience
from portal.blueprints.studio import keeping, overview
from portal.blueprints.studio.face import blueprint, opened
from portal.procedures import schema, templates_named, yaml_door
from portal.procedures.manuscripts import Manuscript
from portal.template_files import queries
from portal.transaction import current_session

OWN = ("code", "revision", "valid_from", "valid_to", "decision")  # are the manuscript's, not the file's


@blueprint.get("/studio/manuscripts/<int:id>/file")
@audience(Audience.EDITOR)
def export(id: int) -> ResponseReturnValue:
    """The text as JSON, in the schema's order."""
    found = opened(id)
    text = json.dumps(schema.in_order(found.content), ensure_ascii=False, indent=2) + "\n"
    name = f"{found.code}-v{found.version}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/json", headers=headers)


@blueprint.get("/studio/manuscripts/<int:id>/import")
@audience(Audience.EDITOR)
def ask_import(id: int) -> ResponseReturnValue:
    return _page(opened(id), None)


@blueprint.post("/studio/manuscripts/<int:id>/import")
@audience(Audience.EDITOR)
def take_in(id: int) -> ResponseReturnValue:
    """The file's text becomes the manuscript's, finished or not; the check says what is wrong with it."""
    found = opened(id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(found, _("Hãy chọn một tệp .json hoặc .yaml.")), 422
    try:
        content = _content(sent.stream.read(yaml_door.LARGEST_FILE + 1))
    except yaml_door.CannotRead as error:
        why = fault_words.sentence(error.code, error.facts)
        return _page(found, _("Không đọc được tệp: %(why)s", why=why)), 422
    own = {name: found.content[name] for name in OWN if name in found.content}
    taken = {name: value for name, value in content.items() if name not in OWN}
    outcome = keeping.keep(found, {**taken, **own})
    if outcome != "kept":
        again = opened(id)
        return _page(again, keeping.words(outcome, again.written_by)), 409
    flash(_("Đã đưa nội dung của tệp vào bản thảo. Hãy xem phần kiểm tra."), "good")
    if missing := _missing_files(content):
        flash(
            _(
                "Tệp JSON chỉ nêu tên tệp mẫu, còn chính tệp mẫu thì cổng chưa có: %(names)s. "
                "Hãy tải lên ở trang của giấy tờ.",
                names=", ".join(missing),
            ),
            "waiting",
        )
    return redirect(url_for("studio.check", id=id), 303)


def _missing_files(content: Mapping[str, Any]) -> list[str]:
    """Names of the template files that the text names and the portal does not have."""
    known = queries.facts(current_session(), templates_named.digests(content))
    return sorted({file.name for _path, file in templates_named.named(content) if file.sha256 not in known})


def _content(data: bytes) -> dict[str, Any]:
    """JSON is YAML too, so one door reads both; what is no mapping is no procedure."""
    content = yaml_door.read(data)
    if not isinstance(content, dict):
        raise yaml_door.CannotRead("not_a_procedure")
    return content


def _page(found: Manuscript, error: str | None) -> str:
    return render_template("studio/import.html", manuscript=found, name=overview.title(found), error=error)
