import json
import re
import subprocess
import sys
from typing import Any

import pytest
from flask import Flask

from portal.settings import ROOT

SHARED = """
import json, os, sys
from portal import serving
serving.share()
print(json.dumps({"threads": len(os.listdir("/proc/self/task")), "modules": sorted(sys.modules)}))
"""
JOBS = """
import json
from portal import application
from portal.commandline import worker
from portal.jobs import tasks
print(json.dumps(sorted(tasks.tasks)))
"""
NAMED = re.compile(r'@jobs\.task\("([a-z_.]+)"|^JOB = "([a-z_.]+)"', re.MULTILINE)


def test_what_processes_of_the_web_share_is_loaded_without_starting_a_thread() -> None:
    """A thread would not be there after the fork, and what it held would be held for ever."""
    assert _said(SHARED)["threads"] == 1


@pytest.mark.parametrize("module", ["alembic", "arro3", "portal.commandline.worker", "portal.pilot.installation"])
def test_a_process_of_the_web_does_not_load_what_operators_and_nights_need(module: str) -> None:
    assert module not in _said(SHARED)["modules"]


def test_every_command_is_there_under_its_name(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["--help"])
    assert said.exit_code == 0
    modules = {file.stem for file in (ROOT / "portal" / "commandline").glob("*.py")}
    named = set(re.findall(r"^  ([a-z-]+)  ", said.output, re.MULTILINE))
    beside = {"backups": "backup", "database": "db"}
    assert {"db", "ledger", "worker"} <= named
    parts = {"__init__", "exchange", "faults", "kept", "ledger_keys", "ledger_proofs", "statistics", "witnesses"}
    assert {beside.get(module, module.replace("_", "-")) for module in modules - parts} <= named


@pytest.mark.parametrize("command", ["prove", "recompute", "witnesses", "publish", "status"])
def test_the_commands_of_the_ledger_are_all_of_one_group(app: Flask, command: str) -> None:
    assert app.test_cli_runner().invoke(args=["ledger", command, "--help"]).exit_code == 0


def test_the_worker_knows_every_job_that_the_portal_has() -> None:
    sources = (file.read_text(encoding="utf-8") for file in (ROOT / "portal").rglob("*.py"))
    named = {one or other for source in sources for one, other in NAMED.findall(source) if "jobs" in source}
    assert named <= set(_said(JOBS))


def _said(program: str) -> Any:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
