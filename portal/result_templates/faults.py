"""What stands against a template, as findings that pages put into words. Pure."""

from collections.abc import Iterator
from difflib import get_close_matches

from portal.procedures import characters, hidden
from portal.procedures.findings import Finding
from portal.procedures.form import Form
from portal.procedures.writable import is_readable
from portal.result_templates import marks, markup

LONGEST_TITLE = 200
LONGEST_BODY = 20_000
MOST_LINES = 400


def faults(title: str, body: str, form: Form | None) -> list[Finding]:
    """Everything that is wrong; `form`: of the revision in force, None where the procedure has none now."""
    found = [*_about_title(title), *_about_size(body), *_about_hidden(title, body)]
    if form is None:
        found.append(Finding("procedure_not_in_force", ""))
    if found:
        return found
    for block in markup.read(body):
        path = f"body[{block.line}]"
        found += [Finding(code, path) for code in markup.broken(block)]
        if form is not None:
            found += [one for name in block.marks for one in _about_mark(name, path, form)]
    return list(dict.fromkeys(found))


def dropped(body: str, form: Form) -> tuple[str, ...]:
    """The answers that the template prints and that this form does not have, as the text has them."""
    known = marks.known(form)
    return tuple(sorted(name for name in markup.marks(body) if marks.is_answer(name) and name not in known))


def _about_title(title: str) -> Iterator[Finding]:
    if not title.strip() or not is_readable(title):
        yield Finding("missing", "title")
    elif len(title) > LONGEST_TITLE:
        yield Finding("too_long", "title", facts={"limit": LONGEST_TITLE})


def _about_size(body: str) -> Iterator[Finding]:
    if not body.strip() or not is_readable(body):
        yield Finding("missing", "body")
    elif len(body) > LONGEST_BODY:
        yield Finding("too_long", "body", facts={"limit": LONGEST_BODY})
    elif len(body.splitlines()) > MOST_LINES:
        yield Finding("too_many_lines", "body", facts={"limit": MOST_LINES})


def _about_hidden(title: str, body: str) -> Iterator[Finding]:
    """A text that came from a file; what was typed is cleaned when it is saved."""
    lines = ((f"body[{number}]", line) for number, line in enumerate(body.split("\n"), 1))
    for path, text in (("title", title), *lines):
        mark = characters.hidden(text)
        if mark is not None:
            yield Finding(hidden.CODE, path, facts={"mark": hidden.name_of(mark)})


def _about_mark(name: str, path: str, form: Form) -> Iterator[Finding]:
    known = marks.known(form)
    if name in known:
        return
    key = name.removeprefix(marks.ANSWER)
    if marks.is_answer(name) and form.field(key) is not None:
        yield Finding("mark_unprintable", path, facts={"mark": name})
        return
    code = "mark_not_in_form" if marks.is_answer(name) else "mark_unknown"
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    # Findings are the same by code and place alone: each mark has a place of its own.
    where = f"{path}.{name}"
    if near:
        yield Finding(f"{code}_near", where, facts={"mark": name, "near": near[0]})
    else:
        yield Finding(code, where, facts={"mark": name})
