"""`flask --app wsgi procedures import|template`, and `export --national`: catalogues in other people's shapes."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import clock
from portal.commandline import faults
from portal.errors import Invalid
from portal.exchange import commands, incoming, national_reading, national_writing, sheets, templates
from portal.exchange.problems import Problem, Unreadable
from portal.exchange.sheets import Reading
from portal.exchange_words import place_words, problem_words, unreadable_words
from portal.people import register
from portal.procedures import queries, sources
from portal.transaction import current_session, unit_of_work

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--national", is_flag=True, help="FILES are answers of LayThuTuc (JSON) of the national catalogue.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong, and change nothing.")
@click.option("--officer", metavar="SUBJECT", help="Begin manuscripts, as this officer of the register.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write procedure files there.")
@faults.LANG
def import_(
    files: Sequence[Path], *, national: bool, dry_run: bool, officer: str | None, folder: Path | None, lang: str
) -> None:
    """Read procedures from a spreadsheet (.xlsx, or .csv files named as their sheets); every problem is said."""
    reading = incoming.against_the_register(current_session(), _read(files, national=national, lang=lang))
    _say(reading.problems, lang)
    number, wrong = len(reading.sayings), len(reading.errors)
    if wrong:
        raise click.ClickException(f"{wrong} errors in {number} procedures: nothing was imported.")
    if dry_run:
        click.echo(f"{number} procedures can be imported. Nothing was changed.")
        return
    if officer is not None:
        click.echo(f"{_begin(reading, officer, lang)} manuscripts begun; editors find them in the studio.")
    elif folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for content in incoming.contents(current_session(), reading, at=clock.now()):
            sources.write(content, folder, newest=True)
        click.echo(f"{number} procedures written to {folder}; `procedures check` says what is still missing.")
    else:
        raise click.UsageError("Say where to: --officer SUBJECT begins manuscripts, --to FOLDER writes files.")


def _begin(reading: Reading, subject: str, lang: str) -> int:
    who = register.officer_of(current_session(), subject)
    if who is None:
        raise click.ClickException(f"No officer is known as {subject}.")
    try:
        with unit_of_work() as session:
            return len(commands.begin(session, reading, officer_id=who.id, at=clock.now()))
    except Invalid as error:
        _say([problem for problem in error.problems if isinstance(problem, Problem)], lang)
        raise click.ClickException("Nothing was imported: correct the lines above and try again.") from error


@click.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def template(file: Path) -> None:
    """Write the empty spreadsheet to FILE (.xlsx)."""
    file.write_bytes(templates.workbook())
    click.echo(f"Template written to {file}.")


def write_national(codes: Iterable[str], file: Path) -> int:
    """Every published procedure (or those of `codes`), the newest revision of each, as LayThuTuc; how many."""
    newest: dict[str, dict[str, object]] = {}
    for code, _number, content in queries.contents(current_session(), codes=list(codes) or None):
        newest.setdefault(code, content)
    answer = national_writing.answer(newest.values())
    file.write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return len(newest)


def _read(files: Sequence[Path], *, national: bool, lang: str) -> Reading:
    try:
        if not national:
            return sheets.read([(file.name, file.read_bytes()) for file in files])
        if len(files) > 1:
            raise click.UsageError("One file at a time.")
        return national_reading.read(files[0].read_bytes())
    except Unreadable as error:
        with force_locale(lang):
            raise click.ClickException(unreadable_words(error)) from error


def _say(problems: Iterable[Problem], lang: str) -> None:
    with force_locale(lang):
        for problem in problems:
            mark = _("LỖI") if problem.severity == "error" else _("lưu ý")
            click.echo(f"{mark}: {place_words(problem)}: {problem_words(problem)}", err=True)
