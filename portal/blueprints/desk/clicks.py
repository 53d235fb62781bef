"""Whether what was sent is what was done already, and what was written where the dossier is out of reach."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.blueprints.desk.acts import DeskAct, whole_number
from portal.blueprints.desk.face import officer_id
from portal.display import act_words
from portal.dossiers import notes, repeats
from portal.dossiers.references import tidy
from portal.i18n import gettext as _
from portal.transaction import current_session


def done_before(form: DeskAct, reference: str, seen: int) -> bool:
    """Whether the officer did this very thing from this very page, wherever the dossier lies now."""
    step = repeats.own_step(current_session(), reference, n=seen, officer_id=officer_id())
    if step is None or step.act is not form.act:
        return False
    same_unit = "to_unit" not in form.fields or step.to_unit_id == whole_number(form.typed("to_unit"))
    same_officer = "to_officer" not in form.fields or step.to_officer_id == whole_number(form.typed("to_officer"))
    note, _problem = notes.read(form.typed_words(), form.words or "")
    same_way = form.typed_way() == (step.way, step.postal_number)
    return same_unit and same_officer and same_way and step.note == note


def out_of_reach(form: DeskAct, reference: str, seen: int) -> ResponseReturnValue:
    """A dossier that is not, or no more, with the officer's units: what was written is given back.

    It looks the same whether the dossier left the unit, was never there, or never was.
    """
    reference = tidy(reference)
    if done_before(form, reference, seen):
        flash(done_with(form, reference), "good")
        return redirect(url_for("desk.index"), 303)
    words = form.typed_words().strip()
    return (render_template("desk/gone.html", act=act_words(form.act), words=words), 404) if words else abort(404)


def done_with(form: DeskAct, reference: str) -> str:
    """For the queue, where nothing else says which dossier it was."""
    return _("Đã ghi: %(act)s (hồ sơ %(reference)s).", act=act_words(form.act), reference=reference)
