"""What the check found in a manuscript, in words and with the way to where it can be mended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from portal import clock
from portal.blueprints.studio import parts
from portal.finding_words import finding_words
from portal.procedures import manuscripts, places
from portal.procedures.findings import Checks, Finding
from portal.procedures.manuscripts import Manuscript
from portal.procedures.places import Place
from portal.result_templates import queries as result_templates
from portal.transaction import current_session


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: what is wrong and where, and the way there."""

    words: str
    href: str


def checks(manuscript: Manuscript) -> Checks:
    """Of the text itself, and what its form would break in the templates of the procedure's results."""
    session, at = current_session(), clock.now()
    found = manuscripts.checks(session, manuscript, at=at, leads=_leads)
    shown = manuscripts.preview(manuscript, at=at) if manuscript.is_open else None
    if shown is None:
        return found
    return Checks(found.errors, (*found.advice, *result_templates.dropped(session, manuscript.code, shown.form, at=at)))


def _leads(path: str) -> bool:
    """Whether a page of this portal has that address; what stands on it may still be missing."""
    try:
        current_app.url_map.bind("localhost").match(path.partition("?")[0].partition("#")[0], method="GET")
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed):
        return False
    return True


def by_thing(manuscript: Manuscript) -> Mapping[Place, int]:
    """How many errors each thing has in itself."""
    return Counter(places.thing_around(places.read(finding.path)) for finding in checks(manuscript).errors)


def by_part(manuscript: Manuscript, found: Sequence[Finding]) -> list[tuple[str, list[Found]]]:
    """Findings in words under the part they belong to, in the order of the overview."""
    groups: dict[str, list[Found]] = {part: [] for part in parts.NAMES}
    for finding in found:
        line = Found(finding_words(finding), parts.mend_address(manuscript.id, finding.path))
        groups[parts.of_place(places.read(finding.path))].append(line)
    return [(parts.name(part), lines) for part, lines in groups.items() if lines]
