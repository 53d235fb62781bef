"""The choices of the list's filters, made once a minute: hundreds of units are too many to write for every page."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache

from markupsafe import escape

from portal import i18n
from portal.blueprints.ledger.names import Remembered, names, procedures_seen, register
from portal.i18n import gettext as _
from portal.procedures import sectors
from portal.stencils import Encoded
from portal.units.queries import Unit

Option = tuple[str, str]

_unit_options: Remembered[tuple[str, date], bytes] = Remembered()
_procedure_options: Remembered[str, bytes] = Remembered(10.0)


def of_units(on: date, chosen: str) -> Encoded:
    """The units of that day as options of a select, communes under their districts."""
    language = i18n.language()
    key = (language, on)
    html = _unit_options.get([key], lambda _keys: {key: _written(register(on), language)})[key]
    return _with_chosen(html, chosen, lambda code: names(units_of=[code]).unit(code))


def of_procedures(chosen: str) -> Encoded:
    """The procedures that dossiers of the ledger were filed under."""
    language = i18n.language()
    html = _procedure_options.get([language], lambda _keys: {language: _procedures_written()})[language]
    return _with_chosen(html, chosen, lambda code: names(procedures_of=[code]).procedure(code))


def _procedures_written() -> bytes:
    codes = procedures_seen()
    known = names(procedures_of=codes)
    return _options(sorted(((code, known.procedure(code)) for code in codes), key=lambda option: option[1])).encode()


def of_fields(chosen: str) -> Encoded:
    """The fields of the catalogue, by name."""
    return _with_chosen(_fields_in(i18n.language()), chosen, str)


@cache
def _fields_in(language: str) -> bytes:
    named = ((key, sector.name.in_(language)) for key, sector in sectors.sectors().items())
    return _options(sorted(named, key=lambda option: option[1])).encode()


def of_words(listed: Iterable[Option], chosen: str) -> Encoded:
    """A few values with their words."""
    return _with_chosen(_options(listed).encode(), chosen, str)


def of_a_table(listed: Callable[[], Iterable[Option]], chosen: str) -> Encoded:
    """The same where they are the same for ever."""
    return _with_chosen(_words_in(i18n.spoken(), listed), chosen, str)


@cache
def _words_in(_language: str, listed: Callable[[], Iterable[Option]]) -> bytes:
    return _options(listed()).encode()


def _written(found: Sequence[Unit], language: str) -> bytes:
    top = [unit for unit in found if unit.level == "province"]
    districts = [unit for unit in found if unit.level == "district"]
    under = {unit.id for unit in districts}
    groups = [_group(_("Cấp tỉnh"), top, language)]
    for district in districts:
        communes = [unit for unit in found if unit.level == "commune" and unit.parent_id == district.id]
        groups.append(_group(district.name_in(language), [district, *communes], language))
    others = [unit for unit in found if unit.level == "commune" and unit.parent_id not in under]
    return "".join([*groups, _group(_("Cấp xã"), others, language)]).encode()


def _group(label: str, members: Iterable[Unit], language: str) -> str:
    options = _options((unit.agency_code, unit.name_in(language)) for unit in members)
    return f'<optgroup label="{escape(label)}">{options}</optgroup>' if options else ""


def _options(listed: Iterable[Option]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in listed)


def _with_chosen(html: bytes, chosen: str, name: Callable[[str], str]) -> Encoded:
    """The options with one of them selected; one that is not among them, as in an old link, is added by its name."""
    if not chosen:
        return Encoded(html)
    mark = f'value="{escape(chosen)}"'.encode()
    if mark not in html:
        html = _options([(chosen, name(chosen))]).encode() + html
    return Encoded(html.replace(mark, mark + b" selected", 1))
