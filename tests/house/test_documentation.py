"""What the documents promise exists, and what exists is in them."""

import re
from pathlib import Path

import pytest

from portal.settings import ROOT, Settings

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_documents_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target


def test_the_readme_leads_to_every_document() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in sorted((ROOT / "docs").glob("*.md")):
        assert f"(docs/{page.name})" in readme, page.name


def test_every_setting_is_explained() -> None:
    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        shown = str(field.validation_alias or f"PORTAL_{name.upper()}")
        assert f"`{shown}`" in page or f"`{shown}__*`" in page, shown
