"""Where a draft stands: which sections are done, which comes next."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.dossiers.draft_views import Draft
from portal.procedures import inputs
from portal.procedures.form import Form, Section, Stop, asked, open_fields
from portal.procedures.procedure import Procedure
from portal.procedures.reading import Problem, Reading

UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list. `state`: done, started, waiting, or perhaps (answers to come decide about it)."""

    key: str
    title: str
    state: str


def sections_asked(form: Form, reading: Reading) -> tuple[Section, ...]:
    """Sections with at least one field that these answers call for."""
    keys = {field.key for field in asked(form, reading.answers)}
    return tuple(section for section in form.sections if any(field.key in keys for field in section.fields))


def sections_ahead(form: Form, reading: Reading) -> tuple[Section, ...]:
    """The sections asked, and those that answers not yet given may still call for: how long the way is at most."""
    wanted = sections_asked(form, reading)
    waiting = open_fields(form, reading.answers)
    return tuple(
        section
        for section in form.sections
        if section in wanted or any(field.key in waiting for field in section.fields)
    )


def tasks(draft: Draft, procedure: Procedure, reading: Reading, lang: str) -> list[Task]:
    """The sections with how far each is. A section that only has optional fields is done once it was opened."""
    wrong = {problem.field for problem in reading.problems}
    attached = draft.attached
    wanted = sections_asked(procedure.form, reading)
    return [
        Task(
            section.key,
            section.title.in_(lang),
            _state(section, draft, wrong, attached) if section in wanted else "perhaps",
        )
        for section in sections_ahead(procedure.form, reading)
    ]


def after(form: Form, reading: Reading, key: str) -> str | None:
    """The section that follows `key`, None after the last."""
    keys = [section.key for section in sections_asked(form, reading)]
    place = keys.index(key) + 1 if key in keys else len(keys)
    return keys[place] if place < len(keys) else None


def before(form: Form, reading: Reading, key: str) -> str | None:
    keys = [section.key for section in sections_asked(form, reading)]
    place = keys.index(key) if key in keys else 0
    return keys[place - 1] if place else None


def stop(form: Form, reading: Reading, key: str) -> Stop | None:
    """Why one may not need the procedure, once this section is answered."""
    return form.stop_after(key, reading.answers)


def section_of(form: Form, problem: Problem) -> str:
    """The key of the section in which the problem's field is asked, `unit` for the receiving unit."""
    return next((part.key for part in form.sections if any(f.key == problem.field for f in part.fields)), UNIT)


def opened(section: Section, draft: Draft, attached: Collection[str]) -> bool:
    """Whether anything of this section was saved."""
    return bool(inputs.of(section.fields, draft.raw)) or any(field.key in attached for field in section.fields)


def _state(section: Section, draft: Draft, wrong: Collection[str], attached: Collection[str]) -> str:
    if not opened(section, draft, attached):
        return "waiting"
    return "started" if any(field.key in wrong for field in section.fields) else "done"
