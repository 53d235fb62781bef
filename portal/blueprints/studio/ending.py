"""A procedure withdrawn: by a decision, from an instant on, with the procedure that takes its place if there is one."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio.face import blueprint, editor_id
from portal.blueprints.studio.publishing import decision_typed, instant_typed
from portal.errors import Invalid, Refused
from portal.finding_words import finding_words
from portal.procedures import publishing as acts
from portal.procedures import queries as catalogue
from portal.procedures.findings import Finding
from portal.procedures.procedure import RevisionRow
from portal.procedures.reading import DATE_PARTS
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext

FIELD_OF = {"successor": "successor", "ends": "ends", "decision": "number"}


@blueprint.get("/studio/procedures/<code>/withdraw")
@audience(Audience.EDITOR)
def ask_withdraw(code: str) -> ResponseReturnValue:
    """By which decision, from when, and what takes its place."""
    return _page(code, {})


@blueprint.post("/studio/procedures/<code>/withdraw")
@audience(Audience.EDITOR)
def withdraw(code: str) -> ResponseReturnValue:
    _newest(code)
    errors: dict[str, str] = {}
    decision, ends_at = decision_typed(errors), instant_typed("ends", errors)
    if decision is None or errors:
        return _page(code, errors), 422
    try:
        with unit_of_work() as session:
            acts.withdraw(
                session,
                code=code,
                decision=decision,
                ends_at=ends_at,
                successor=request.form.get("successor", "").strip() or None,
                officer_id=editor_id(),
                at=clock.now(),
            )
    except Invalid as invalid:
        return _page(code, _messages(invalid)), 422
    except Refused as refused:
        return _page(code, {"": _refused(refused.code)}), 409
    flash(_("Đã bãi bỏ thủ tục %(code)s.", code=code), "good")
    return redirect(url_for("studio.index", q=code), 303)


def _newest(code: str) -> RevisionRow:
    rows = catalogue.history(current_session(), code)
    return rows[0] if rows else abort(404)


def _messages(invalid: Invalid) -> dict[str, str]:
    errors: dict[str, str] = {}
    for finding in invalid.problems:
        if isinstance(finding, Finding):
            errors[FIELD_OF.get(finding.code.partition("_")[0], "")] = finding_words(finding)
    return errors or {"": _("Không bãi bỏ được. Hãy xem lại các mục đã ghi.")}


def _refused(code: str) -> str:
    words = {
        "not_in_force": _("Thủ tục này không đang áp dụng, nên không có gì để bãi bỏ."),
        "already_withdrawn": _("Thủ tục này đã bị bãi bỏ."),
        "revision_to_come": _("Một bản đã công bố sắp có hiệu lực. Hãy thu hồi bản đó trước."),
    }
    return words.get(code) or _("Không bãi bỏ được lúc này.")


def _page(code: str, errors: dict[str, str]) -> str:
    newest = _newest(code)
    typed = {name: request.form.get(name, "") for name in ("number", "source", "successor", "ends-when", "ends-time")}
    days = {name: tuple(request.form.get(f"{name}-{part}", "") for part in DATE_PARTS) for name in ("on", "ends")}
    return render_template(
        "studio/withdraw.html",
        code=code,
        newest=newest,
        typed=typed,
        days=days,
        errors=errors,
        error_list=[(f"f-{name}" if name else "", words) for name, words in errors.items()],
    )
