"""`flask --app wsgi ...`: the commands operators type.

A command is loaded when somebody types it: a process of the web types none, and migrations, spreadsheets and the
template of a file of data would be a tenth of its memory.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from click import Command, Context
from flask import Flask
from flask.cli import AppGroup

PLACES: Mapping[str, str] = MappingProxyType(
    {
        "backup": "backups",
        "calendar": "calendar",
        "db": "database",
        "deadlines": "deadlines",
        "dossiers": "dossiers",
        "ledger": "ledger_proofs",
        "letters": "letters",
        "mandates": "mandates",
        "opendata": "opendata",
        "people": "people",
        "procedures": "procedures",
        "processes": "processes",
        "restore": "backups",
        "result-templates": "result_templates",
        "synonyms": "synonyms",
        "translations": "translations",
        "units": "units",
        "worker": "worker",
    }
)


class Commands(AppGroup):
    """Flask's own group of commands, and those above, each from the module named beside it."""

    def list_commands(self, ctx: Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *PLACES})

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        place = PLACES.get(cmd_name)
        if place is not None:
            found: Command = getattr(import_module(f"portal.commandline.{place}"), cmd_name.replace("-", "_"))
            return found
        return super().get_command(ctx, cmd_name)


def install(app: Flask) -> None:
    app.cli = Commands(app.cli.name)
