"""The project keeps the rules of the house, and each rule finds the breach that is planted for it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.settings import ROOT
from tests.house import rules

Rule = Callable[[Path], Iterator[str]]
SOUND = {
    "portal/transaction.py": "def unit_of_work(work):\n    work.commit()\n",
    "portal/clock.py": "from datetime import UTC, datetime\n\n\ndef now():\n    return datetime.now(UTC)\n",
    "portal/settings.py": "import os\n\nPORT = os.environ.get('PORT')\n",
    "portal/units/models.py": "class Unit: ...\n",
    "portal/units/queries.py": "from portal.units.models import Unit\n\nWORDS = 'select 1 limit 5'\n",
    "portal/templates/home/start.html": '<h1>{{ title }}</h1><script nonce="{{ csp_nonce() }}" src="x.js"></script>\n',
    "portal/migrations/versions/0001_units.py": 'revision: str = "0001_units"\ndown_revision: str | None = None\n',
}

# The rule, the file in which the breach is planted, the breach, and a word of the finding.
BREACHES: list[tuple[Rule, str, str, str]] = [
    (rules.one_commit, "portal/units/commands.py", "def save(session):\n    session.commit()\n", "commits"),
    (rules.one_commit, "portal/units/commands.py", "def save(engine):\n    with engine.begin(): ...\n", "commits"),
    (rules.one_commit, "portal/transaction.py", "def a(x):\n    x.commit()\n    x.commit()\n", "in 2 places"),
    (rules.one_clock, "portal/units/queries.py", "import datetime\nNOW = datetime.datetime.now()\n", "datetime.now"),
    (rules.one_clock, "portal/units/queries.py", "from datetime import date as d\nNOW = d.today()\n", "date.today"),
    (rules.one_clock, "portal/units/queries.py", "from time import time\nNOW = time()\n", "time.time"),
    (rules.one_clock, "portal/units/queries.py", "SQL = 'select * from unit where at < now()'\n", "database's clock"),
    (rules.one_clock, "portal/units/queries.py", "import sqlalchemy as sa\nX = sa.func.now()\n", "func.now"),
    (rules.one_reader_of_the_environment, "portal/units/queries.py", "import os\nX = os.getenv('X')\n", "os.getenv"),
    (rules.one_reader_of_the_environment, "portal/jobs.py", "from os import environ\nX = environ['X']\n", "os.environ"),
    (rules.no_import_in_a_function, "portal/units/queries.py", "def a():\n    import json\n", "inside a()"),
    (rules.own_models_only, "portal/people/queries.py", "from portal.units.models import Unit\n", "units.models"),
    (rules.own_models_only, "portal/people/queries.py", "from portal.units import models\n", "units.models"),
    (rules.own_models_only, "portal/blueprints/desk/views.py", "import portal.units.models\n", "units.models"),
    (rules.no_need_of_the_pilot, "wsgi.py", "from portal.pilot import supervisor\n", "imports the pilot"),
    (rules.short_files, "portal/units/queries.py", "\n" * 351, "351 lines"),
    (rules.short_functions, "portal/units/queries.py", "def long():\n" + "    print()\n" * 40, "41 lines"),
    (rules.telling_names, "portal/units/utils.py", "", "utils"),
    (rules.telling_names, "portal/units/queries.py", "class UnitManager: ...\n", "UnitManager"),
    (rules.telling_names, "portal/units/queries.py", "def handle_unit(): ...\n", "handle_unit"),
    (rules.no_offset_paging, "portal/units/queries.py", "def page(q):\n    return q.offset(50)\n", "by offset"),
    (rules.no_offset_paging, "portal/units/queries.py", "SQL = 'select 1 limit 5 offset :start'\n", "by OFFSET"),
    (rules.escaped_templates, "portal/templates/home/start.html", "{{ words | safe }}\n", "|safe"),
    (rules.escaped_templates, "portal/templates/home/start.html", "<script>alert(1)</script>\n", "without nonce"),
    (rules.escaped_templates, "portal/templates/home/start.html", '<p style="color: red">\n', "style in line"),
    (rules.escaped_templates, "portal/templates/home/start.html", '<a onclick="go()">\n', "script in line"),
    (rules.linear_migrations, "portal/migrations/versions/0003_people.py", 'revision: str = "0003_people"\n', "0002"),
    (
        rules.linear_migrations,
        "portal/migrations/versions/0002_people.py",
        'revision: str = "0002_people"\ndown_revision: str | None = None\n',
        "does not follow 0001_units",
    ),
    (
        rules.linear_migrations,
        "portal/migrations/versions/0002_people.py",
        'revision: str = "0002_people"\ndown_revision: str | None = "0001_units"\n\n\ndef downgrade(): ...\n',
        "goes back",
    ),
]
RULES: list[Rule] = list(dict.fromkeys(rule for rule, *_ in BREACHES))


@pytest.fixture
def sound_tree(tmp_path: Path) -> Path:
    for name, text in SOUND.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_sound_tree_keeps_the_rule(sound_tree: Path, rule: Rule) -> None:
    assert list(rule(sound_tree)) == []


@pytest.mark.parametrize(
    ("rule", "file", "text", "words"), BREACHES, ids=[f"{rule.__name__}-{words}" for rule, _, _, words in BREACHES]
)
def test_a_planted_breach_is_found(sound_tree: Path, rule: Rule, file: str, text: str, words: str) -> None:
    planted = sound_tree / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(text, encoding="utf-8")
    findings = list(rule(sound_tree))
    assert findings
    assert all(file in finding for finding in findings)
    assert words in findings[0]
