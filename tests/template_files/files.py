"""Template files for tests, taken in as an editor's upload or a folder's file would be."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal import clock
from portal.template_files import commands, shelf
from portal.template_files.shelf import Taken
from portal.transaction import unit_of_work
from tests.dossiers.corpus import office, typeset
from tests.procedures.files import content

DOCX = office()
NAME = "Tờ khai đăng ký.docx"


def pdf(words: str) -> bytes:
    return typeset(f"= {words}")


def taken(session: Session, data: bytes = DOCX, name: str = NAME) -> Taken:
    """On the shelf and in its table."""
    found = shelf.take_bytes(data, name=name)
    with unit_of_work(session):
        commands.add(session, [found], at=clock.now())
    return found


def named(file: Taken) -> dict[str, str]:
    """As a component names it."""
    return {"name": file.name, "sha256": file.sha256}


def with_templates(*files: Mapping[str, str], code: str = "9.000001", **changes: Any) -> dict[str, Any]:
    """The exemplar whose second paper, which its form asks for, has these files."""
    said = content(code, **changes)
    said["cases"][0]["components"][1]["templates"] = [dict(file) for file in files]
    return said
