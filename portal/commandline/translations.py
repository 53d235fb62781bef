"""`flask --app wsgi translations ...`: the words of the interface in other languages.

The message itself is Vietnamese, so there is no Vietnamese catalogue. English is one gettext file,
`translations/en/LC_MESSAGES/messages.po`, which translators edit; the compiled `.mo` is never committed.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from portal.i18n import TRANSLATIONS

SOURCES = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}

translations = AppGroup("translations", help="The words of the interface in other languages.")


@translations.command("extract")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), default=TRANSLATIONS)
def extract(folder: Path) -> None:
    """Bring each catalogue up to date with the sources; what is already translated stays."""
    template = sources_catalogue(folder)
    for po in _catalogue_files(folder):
        catalogue = _updated(read_catalogue(po), template)
        write_catalogue(po, catalogue)
        missing = sum(1 for message in _messages(catalogue) if not _is_translated(message))
        click.echo(f"{po.relative_to(folder)}: {len(catalogue)} messages, {missing} to translate")


@translations.command("fill")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--language", default="en", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, exists=True), default=TRANSLATIONS)
def fill(files: tuple[Path, ...], language: str, folder: Path) -> None:
    """Put translations from JSON files ({"message": "translation" or [one, many]}) into a catalogue."""
    po = folder / language / "LC_MESSAGES" / "messages.po"
    catalogue = _updated(read_catalogue(po), sources_catalogue(folder))
    filled = 0
    for file in files:
        for words, translation in json.loads(file.read_text()).items():
            message = catalogue.get(words)
            if message is None:
                click.echo(f"{file.name}: not in the sources: {words}", err=True)
                continue
            message.string = tuple(translation) if isinstance(translation, list) else translation
            filled += 1
    write_catalogue(po, catalogue)
    click.echo(f"{filled} messages filled.")


@translations.command("compile")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), default=TRANSLATIONS)
def compile_catalogues(folder: Path) -> None:
    """Write the `.mo` files that the portal reads; needed once after each change."""
    for po in _catalogue_files(folder):
        with po.with_suffix(".mo").open("wb") as file:
            write_mo(file, read_catalogue(po))
        click.echo(f"{po.relative_to(folder)} compiled.")


@translations.command("check")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), default=TRANSLATIONS)
def check(folder: Path) -> None:
    """Fail unless every message of the sources is translated, with the same placeholders, and none is stale."""
    problems = list(problems_in(folder))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} problems; see docs/design.md, Translations")
    click.echo("Every message is translated.")


def problems_in(folder: Path) -> Iterator[str]:
    """What is wrong with the catalogues, one line each."""
    template = sources_catalogue(folder)
    for po in _catalogue_files(folder):
        catalogue = read_catalogue(po)
        for message in _messages(template):
            found = catalogue.get(message.id)
            if found is None or not _is_translated(found):
                yield f"{po.parts[-3]}: not translated: {_shown(message)}"
            elif not _same_placeholders(found):
                yield f"{po.parts[-3]}: other placeholders: {_shown(message)}"
        for message in _messages(catalogue):
            if template.get(message.id) is None:
                yield f"{po.parts[-3]}: no longer in the sources: {_shown(message)}"


def sources_catalogue(folder: Path) -> Catalog:
    """Every message of the Python sources and the templates."""
    with (folder / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    template = Catalog(fuzzy=False)
    for name, _line, words, comments, context in extract_from_dir(SOURCES, methods, options, KEYWORDS):
        template.add(words, None, [(f"portal/{name}", 0)], auto_comments=comments, context=context)
    return template


def read_catalogue(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=po.parts[-3], abort_invalid=True)


def write_catalogue(po: Path, catalogue: Catalog) -> None:
    with po.open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True, ignore_obsolete=True, include_lineno=False)


def _updated(catalogue: Catalog, template: Catalog) -> Catalog:
    """The sources' messages with the translations there are; the file's own date stays, for quiet diffs."""
    created = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.creation_date = created
    return catalogue


def _catalogue_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/LC_MESSAGES/messages.po"))


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def _ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def _shown(message: Message) -> str:
    where = ", ".join(sorted({name for name, _ in message.locations}))
    return f"{_ids(message)[0]}  ({where})"


def _is_translated(message: Message) -> bool:
    wanted = 2 if message.pluralizable else 1
    return len(_strings(message)) == wanted and all(_strings(message)) and not message.fuzzy


def _same_placeholders(message: Message) -> bool:
    """The plural form must use what the message uses; a singular ("one day") may leave the number out."""
    wanted = set(PLACEHOLDER.findall(_ids(message)[-1]))
    *singular, last = (set(PLACEHOLDER.findall(string)) for string in _strings(message))
    return last == wanted and all(found <= wanted for found in singular)
