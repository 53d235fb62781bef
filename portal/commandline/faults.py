"""What is wrong with files, told on the command line in the language that is asked for."""

from collections.abc import Callable, Iterable, Iterator

import click
from flask_babel import force_locale

from portal.commandline.kept import KEPT
from portal.finding_words import fault_lines
from portal.i18n import DEFAULT_LANGUAGE, LANGUAGES
from portal.procedures.schema import Fault

LANG = click.option(
    "--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, help="The language in which faults are told."
)

KEEP = click.option(
    "--keep-published",
    "keep",
    is_flag=True,
    help="Pass over files of what was published otherwise here, and say so: for the start of an installation.",
)


def say_kept(faults: Iterable[Fault], lang: str, *, words: Callable[[Fault], Iterator[str]] = fault_lines) -> None:
    """One line for each procedure or process of which files were passed over."""
    with force_locale(lang):
        for fault in faults:
            click.echo(KEPT + " ".join(words(fault)), err=True)


def say(problems: Iterable[object], lang: str, *, words: Callable[[Fault], Iterator[str]] = fault_lines) -> None:
    """One line for each, to the error stream."""
    with force_locale(lang):
        for problem in problems:
            for line in words(problem) if isinstance(problem, Fault) else (str(problem),):
                click.echo(line, err=True)
