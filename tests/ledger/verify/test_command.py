"""`python -m portal.ledger.verify` as outsiders run it: exit codes, words, files; and what it loads."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal import clock
from portal.ledger import note
from portal.ledger.note import Checkpoint, KeySigner
from portal.ledger.verify import command
from portal.ledger.verify.progress import Bar
from portal.settings import ROOT
from tests.ledger import small_log
from tests.ledger.verify.mirrors import SIGNER, VKEY, Mirror, lives
from tests.ledger.verify.servers import serving

ENTRIES = list(lives(600))
PROOFS = ROOT / "tests" / "ledger" / "proofs"

PURE = """
import json, sys
from portal.ledger.verify.command import main
code = main(sys.argv[1:])
print(json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""
MAY_BE_LOADED = {
    *("portal", "portal.clock", "portal.ledger"),
    *("canonical", "commitment", "cosignature", "entry", "key_entry", "note", "policy", "promise", "proof"),
    *("proof_file", "rows", "spelling", "standing", "tiles", "tree", "trust"),
}


def run(*arguments: object, code: int) -> list[str]:
    """What it says on its output; `code` is how it must end."""
    done = started(*arguments)
    out, errors = done.communicate(timeout=60)
    assert done.returncode == code, f"{out}\n{errors}"
    assert "Traceback" not in errors
    return (out + errors).splitlines()


def started(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "portal.ledger.verify", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"file:{Mirror(ENTRIES).save(tmp_path_factory.mktemp('mirror'))}"


def test_it_loads_nothing_of_the_portal_but_the_pure_modules_of_the_ledger(folder: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PURE, folder, "--vkey", VKEY],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert loaded["code"] == 0
    own = {name.removeprefix("portal.ledger.") for name in loaded["modules"] if name.partition(".")[0] == "portal"}
    assert {name for name in own if not name.startswith("verify")} <= MAY_BE_LOADED
    packages = {name.partition(".")[0] for name in loaded["modules"]} - set(sys.stdlib_module_names)
    foreign = {name for name in packages if not name.startswith("_")}
    assert foreign <= {"portal", "cryptography", "cffi", "typing_extensions", "sitecustomize"}
    assert not foreign & {"flask", "sqlalchemy", "psycopg", "pydantic", "werkzeug", "structlog"}


def test_sound(folder: str) -> None:
    said = run(folder, "--vkey", VKEY, code=0)
    assert said[-1].startswith("Sound: 600 entries, root ")
    assert f"signed by {VKEY}" in said
    assert run(folder, "--vkey", VKEY, "--quiet", code=0) == []


def test_over_http_with_a_policy_and_a_state(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text(f"log {VKEY}\nquorum none\n")
    entries = list(lives(600, begin=clock.now()))
    mirror = Mirror(entries[:300])
    with serving(mirror) as server:
        asked = (server.url, "--policy", policy, "--state", tmp_path / "state", "--json", "--jobs", 2)
        first = json.loads(run(*asked, code=0)[-1])
        mirror.grow(entries[300:])
        second = json.loads(run(*asked, code=0)[-1])
    assert [(one["sound"], one["size"], one["entries_read"]) for one in (first, second)] == [
        (True, 300, 300),
        (True, 600, 300),
    ]


def test_not_sound(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_bytes(Mirror(lives(200, seed=2)).checkpoint)
    folder = f"file:{Mirror(ENTRIES).save(tmp_path / 'mirror')}"
    said = run(folder, "--vkey", VKEY, "--since", old, code=1)
    assert said[-1] == "NOT SOUND, because the first 200 entries are not those of which a checkpoint was signed before"
    told = json.loads(run(folder, "--vkey", VKEY, "--since", old, "--json", "--quiet", code=1)[0])
    assert (told["sound"], told["findings"][0]["code"]) == (False, "forked")


FAILING = """
import runpy
from portal.ledger.verify import command
command.main = lambda arguments: 1 // 0
runpy.run_module("portal.ledger.verify", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-S", "-m", "portal.ledger.verify", "--help"], "No module named 'cryptography'"),
        (["-c", FAILING], "Could not tell: this program failed."),
    ],
)
def test_what_is_wrong_with_this_program_is_no_verdict_on_the_log(arguments: list[str], words: str) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal_and_nowhere_else() -> None:
    screen = Terminal()
    bar = Bar(screen, quiet=False)
    for done in range(0, 1001, 100):
        bar.show(done, 1000)
    assert "1,000 of 1,000 entries" in screen.getvalue()
    assert f"[{'#' * 30}]" in screen.getvalue()
    bar.clear()
    assert screen.getvalue().endswith("\r\x1b[K")
    for other, quiet in ((Terminal(), True), (io.StringIO(), False)):
        silent = Bar(other, quiet=quiet)
        silent.show(5, 10)
        silent.clear()
        assert other.getvalue() == ""


def test_another_key(folder: str) -> None:
    other = KeySigner(SIGNER.verifier.name, bytes(32)).verifier.vkey
    assert run(folder, "--vkey", other, code=1)[-1].startswith("NOT SOUND, because the checkpoint: no good signature")
    assert run(folder, "--vkey", other, "--vkey", VKEY, code=0)


def test_without_a_key_nobody_says_sound(folder: str) -> None:
    said = run(folder, code=2)
    assert said[-1].startswith("Could not tell: nobody's signature was checked")


def test_a_log_larger_than_can_be_is_none_whoever_signs_it(tmp_path: Path) -> None:
    mirror = Mirror(ENTRIES[:3])
    huge = Checkpoint(SIGNER.verifier.name, 9_999_999_999_999_999_999, mirror.root()).render()
    mirror.files["checkpoint"] = note.sign(huge, [SIGNER]).encode()
    folder = f"file:{mirror.save(tmp_path)}"
    for trusted in (["--vkey", VKEY, "--state", tmp_path / "state"], []):
        assert "more than 2^53 - 1" in run(folder, *trusted, code=1)[-1]
    smaller = Checkpoint(SIGNER.verifier.name, 2**53 - 1, mirror.root()).render()
    (tmp_path / "checkpoint").write_bytes(note.sign(smaller, [SIGNER]).encode())
    assert "is not there" in run(folder, "--vkey", VKEY, "--state", tmp_path / "state", code=1)[-1]


def test_a_witness_is_asked_for(folder: str, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    witness = small_log.FIRST.witness.vkey
    policy.write_text(f"log {VKEY}\nwitness one {witness}\ngroup all all one\nquorum all\n")
    assert run(folder, "--policy", policy, code=1)[-1].startswith("NOT SOUND, because 0 of the policy's witnesses")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["ftp://x"],
        ["file:/no/such/folder"],
        ["http://127.0.0.1:1/x?y"],
        ["FOLDER", "--vkey", "nonsense"],
        ["FOLDER", "--vkey", VKEY, "--policy", "/no/such/file"],
        ["FOLDER", "--policy", "/no/such/file"],
        ["FOLDER", "--vkey", VKEY, "--since", "/no/such/file"],
        ["FOLDER", "--vkey", VKEY, "--since", __file__],
        ["FOLDER", "--vkey", VKEY, "--state", "/no/such/folder/state"],
        ["FOLDER", "--vkey", VKEY, "--state", __file__],
        ["FOLDER", "--vkey", VKEY, "--jobs", "0"],
        ["FOLDER", "--vkey", VKEY, "--every", "x"],
        ["FOLDER", "--follow"],
        ["FOLDER", "--state", "/tmp/state-without-a-key"],
        ["FOLDER", "--vkey", VKEY, "--web-hook", "http://x"],
        ["FOLDER", "--vkey", VKEY, "--follow", "--web-hook", "gopher://x"],
        ["FOLDER", "--vkey", VKEY, "--follow", "--mail-to", "a@b.test"],
        ["FOLDER", "--vkey", VKEY, "--follow", "--mail-to", "a@b.test", "--smtp", "x"],
        ["--proof", __file__],
        ["--proof", "/no/such/file", "--vkey", VKEY],
        ["--vkey", VKEY, "--follow", "--proof", __file__],
        ["FOLDER", "--what"],
    ],
)
def test_bad_usage(folder: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        code = command.main([folder if one == "FOLDER" else one for one in arguments])
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), handlers, strict=True):
            signal.signal(number, handler)
    assert code == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_following_ends_when_it_is_asked_to(number: int, tmp_path: Path) -> None:
    mirror = Mirror(ENTRIES[:300])
    with serving(mirror) as server:
        asked = (server.url, "--vkey", VKEY, "--state", tmp_path / "state", "--follow", "--every", 0.1)
        running = started(*asked, "--web-hook", server.url)
        assert running.stdout is not None
        assert "signed by" in running.stdout.readline()
        assert "Sound: 300 entries" in running.stdout.readline()
        mirror.files = Mirror(lives(300, seed=2)).files
        assert "forked: two checkpoints of 300 entries" in running.stdout.readline()
        while "NOT SOUND" not in running.stdout.readline():
            assert running.poll() is None
        while not server.posts:
            assert running.poll() is None
        os.kill(running.pid, number)
        _, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (1, "")
    assert len(list(tmp_path.glob("state.300-*.checkpoint"))) == 2
    assert server.posts[0]["reason"] == "findings"


# --- Proofs -------------------------------------------------------------------------------------------------------


def keys() -> list[str]:
    return [part for vkey in (PROOFS / "keys.txt").read_text().split() for part in ("--vkey", vkey)]


def test_a_proof_alone_needs_no_network() -> None:
    said = run("--proof", PROOFS / "plain.tlog-proof", *keys(), code=0)
    assert said[0].startswith("Proven: ")
    assert run("--proof", PROOFS / "another-leaf.tlog-proof", *keys(), code=1)[0].startswith("Not proven: ")
    told = json.loads(run("--proof", PROOFS / "another-leaf.tlog-proof", *keys(), "--json", code=1)[0])
    assert told == {"proven": False, "problem": "not_included"}
    assert run("--proof", os.devnull, *keys(), code=1)[0].startswith("Not proven: ")


def test_the_log_must_continue_the_checkpoint_in_the_proof(tmp_path: Path) -> None:
    proof = PROOFS / "plain.tlog-proof"
    same = Mirror([*small_log.LEAVES, *ENTRIES], signer=small_log.LOG)
    said = run(f"file:{same.save(tmp_path / 'same')}", "--proof", proof, *keys(), code=1)
    assert said[0].startswith("Proven: ")
    assert "forked" not in " ".join(said), "only the entries of that log that are none"
    other = Mirror(ENTRIES, signer=small_log.LOG)
    said = run(f"file:{other.save(tmp_path / 'other')}", "--proof", proof, *keys(), code=1)
    assert "forked" in " ".join(said)
