"""The page that checks proofs in the browser: what it says, what it may do, and what no other page may."""

import re
import shlex
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.dossiers import taking_back
from portal.dossiers.vocabulary import TAKEN_BACK
from portal.ledger import keys, proof
from portal.ledger.entry import ACTS, CHANNELS, OUTCOMES
from portal.settings import ROOT, Settings
from tests.design.test_headers import policy
from tests.ledger.chains import Chain
from tests.publishing import publish_now

OTHERS = ("/", "/ledger", "/ledger/verify.js", "/ledger/check.py", "/ledger/checkpoint", "/signin")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_problem_has_a_sentence_of_its_own(client: FlaskClient, language: str) -> None:
    page = client.get(f"/ledger/verify?lang={language}").text
    sentences = dict(re.findall(r'<p data-if="(\w+)">([^<]+)</p>', template(page, "check-refused")))
    assert sentences.keys() == set(proof.PROBLEMS)
    assert len(set(sentences.values())) == len(sentences)


def test_every_code_that_an_entry_may_hold_has_words(client: FlaskClient) -> None:
    page = client.get("/ledger/verify").text
    outcomes = (*OUTCOMES, *map(taking_back.reason_code, TAKEN_BACK))
    for name, codes in (("check-acts", ACTS), ("check-channels", CHANNELS), ("check-outcomes", outcomes)):
        words = dict(re.findall(r'<span data-word="(\w+)">([^<]+)</span>', template(page, name)))
        assert words.keys() == set(codes)


def test_only_this_page_may_see_and_keep_itself(client: FlaskClient) -> None:
    answer = client.get("/ledger/verify")
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "microphone=()" in answer.headers["Permissions-Policy"]
    found = policy(answer)
    assert found.pop("worker-src") == ["'self'"]
    ordinary = client.get("/ledger")
    assert found.keys() == policy(ordinary).keys()
    for path in OTHERS:
        other = client.get(path)
        assert "camera=()" in other.headers["Permissions-Policy"]
        assert "worker-src" not in other.headers["Content-Security-Policy"]


def test_its_worker_may_ask_this_site_alone(client: FlaskClient) -> None:
    answer = client.get("/ledger/verify.js")
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert policy(answer) == {"default-src": ["'none'"], "connect-src": ["'self'"]}
    assert "no-cache" in answer.headers["Cache-Control"]


def test_the_keys_to_check_with_are_the_installations(client: FlaskClient, settings: Settings) -> None:
    page = client.get("/ledger/verify").text
    given = re.search(r'<textarea[^>]* id="f-proof_keys"[^>]*>\s*([^<]*)</textarea>', page)
    assert given is not None
    assert given[1].splitlines()[0] == keys.log_key(settings).verifier.vkey


def test_the_command_for_python_proves_and_refuses(
    app: Flask, client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    """As it stands on the page, with the file of an entry of this log."""
    Chain(session).receive()
    publish_now(app)
    data = client.get("/ledger/entries/1.tlog-proof").data
    page = client.get("/ledger/verify").text
    found = re.search(r'<pre[^>]* id="check-by-python"[^>]*>([^<]+)</pre>', page)
    assert found is not None
    python, *arguments = shlex.split(unescape(found[1]).replace("\\\n", " "))
    assert python == "python3"
    file = tmp_path / "receipt.tlog-proof"
    command = [sys.executable, *(str(file) if part == file.name else part for part in arguments)]
    for content, status in ((data, 0), (data.replace(b"index 1", b"index 0"), 1)):
        file.write_bytes(content)
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == status


def template(page: str, name: str) -> str:
    found = re.search(rf'<template id="{name}">(.*?)</template>', page, re.DOTALL)
    assert found is not None, name
    return found[1]
