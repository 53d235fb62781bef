"""Who may import whom, as pyproject.toml says; and that a breach of it is found."""

import shutil
import subprocess
import sys
from pathlib import Path

from portal.settings import ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# What each contract forbids, planted in a copy of the portal.
BREACHES = {
    "portal/units/planted.py": "from portal.dossiers import life\n",  # upward
    "portal/nowhere.py": "",  # belongs to no layer
    "portal/people/models.py": "from portal.people import commands\n",  # inside a package, upward
    "portal/blueprints/home/planted.py": "from portal.blueprints.signin import views\n",  # a face imports a face
    "portal/deadlines/planted.py": "import flask\nimport sqlalchemy\n",  # the web, and a database, in a pure package
}


def test_the_contracts_of_imports_are_kept() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_a_breach_of_each_contract_is_found(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "portal", tmp_path / "portal", ignore=shutil.ignore_patterns("static", "__pycache__"))
    for name, text in BREACHES.items():
        file = tmp_path / name
        file.write_text((file.read_text(encoding="utf-8") if file.exists() else "") + text, encoding="utf-8")
    done = _lint(tmp_path)
    assert done.returncode == 1, done.stdout
    assert "0 kept, 5 broken" in done.stdout
    assert "portal.nowhere" in done.stdout


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter as `script/test` does, over the portal that lies in the folder."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
