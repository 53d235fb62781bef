"""What an auditor remembers: a later audit reads what is new, an audit that was cut off goes on, a fork is kept."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.ledger import entry, note, tree
from portal.ledger.cosignature import Cosigner
from portal.ledger.note import KeySigner
from portal.ledger.verify import state as states
from portal.ledger.verify.sources import Stopped, Unreadable
from portal.ledger.verify.state import BadState, State
from tests.ledger.acts import FILED, after
from tests.ledger.verify.mirrors import NOW, VKEY, Mirror, audited, auditor, codes, lives

ENTRIES = list(lives(30_000))
OTHERS = list(lives(1000, seed=2))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = State(tmp_path / "log.state")
    yield made
    made.close()


def again(state: State) -> State:
    """Closed and opened, as by another process."""
    state.close()
    return State(state.path)


@pytest.mark.parametrize(("old", "new"), [(0, 300), (255, 256), (256, 257), (300, 301), (300, 1000), (512, 600)])
def test_a_second_audit_reads_only_what_is_new(state: State, old: int, new: int) -> None:
    mirror = Mirror(ENTRIES[:old])
    assert audited(mirror, state).exit_code == 0
    mirror.grow(ENTRIES[old:new])
    mirror.reads.clear()
    state = again(state)
    report = audited(mirror, state)
    assert (report.exit_code, report.read, report.size) == (0, new - old, new)
    bundles = [path for path in mirror.reads if "entries" in path]
    assert len(bundles) == -(-new // 256) - old // 256
    mirror.reads.clear()
    assert audited(mirror, state).read == 0
    assert not [path for path in mirror.reads if "entries" in path or "tile/0" in path]
    state.close()


def test_growing_by_steps_is_as_good_as_at_once(state: State) -> None:
    """With so few dossiers held in memory that most of them have to be looked up again."""
    mirror, size = Mirror(), 0
    for size in (1, 100, 256, 257, 700, 9000, 9001):
        mirror.grow(ENTRIES[len(mirror.entries) : size])
        assert audited(mirror, state).exit_code == 0
        state = again(state)
    assert state.forest.root() == mirror.root()
    assert state.verified == size
    state.close()


def test_few_dossiers_in_memory_are_enough(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "MOST_HELD", 50)
    assert audited(Mirror(ENTRIES), state).exit_code == 0
    assert len(state.chains.dossiers) <= 50


@pytest.mark.parametrize("most", [50, 100_000])
def test_without_a_file_as_much_is_known(state: State, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    assert audited(Mirror(ENTRIES), state).exit_code == 0
    end = datetime(2100, 1, 1, tzinfo=UTC)
    expected = state.overdue("H06", at=end)
    monkeypatch.setattr(states, "MOST_HELD", most)
    mirror, forgetful = Mirror(ENTRIES[:9000]), State(None)
    assert audited(mirror, forgetful).exit_code == 0
    some = forgetful.overdue("H06", at=end)
    mirror.grow(ENTRIES[9000:])
    assert audited(mirror, forgetful).exit_code == 0
    assert forgetful.overdue("H06", at=end) == expected != some
    forgetful.close()


class Interrupted(Mirror):
    """Somebody ends the audit when so many parts were read, or the line breaks."""

    def __init__(self, entries: list[bytes], *, after_parts: int, error: type[Exception]) -> None:
        super().__init__(entries)
        self.left, self.error = after_parts, error

    def read(self, path: str, most: int) -> bytes:
        if "entries" in path:
            if not self.left:
                raise self.error(f"{path} is not to be had")
            self.left -= 1
        return super().read(path, most)


@pytest.mark.parametrize("error", [Stopped, Unreadable])
@pytest.mark.parametrize("parts", [1, 31, 32, 33, 60])
def test_an_audit_that_was_cut_off_goes_on_where_it_was(state: State, parts: int, error: type[Exception]) -> None:
    mirror = Interrupted(ENTRIES[:16_000], after_parts=parts, error=error)
    if error is Stopped:
        with pytest.raises(Stopped):
            audited(mirror, state)
    else:
        assert audited(mirror, state).exit_code == 2
    state = again(state)
    assert state.verified is None
    mirror.left = 1000
    mirror.grow(ENTRIES[16_000:16_100])
    report = audited(mirror, state)
    assert (report.exit_code, report.read) == (0, 16_100 - parts * 256)
    assert state.forest.root() == mirror.root()
    state.close()


def test_asking_it_to_end_ends_it_between_two_parts(state: State) -> None:
    asked = auditor(Mirror(ENTRIES[:2000]), state)
    asked.stop.set()
    with pytest.raises(Stopped):
        asked.audit()
    assert state.forest.size == 256
    assert isinstance(asked.stop, threading.Event)


def test_of_many_checkpoints_that_continue_each_other_the_newest_are_kept(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "MOST_CHECKPOINTS", 3)
    mirror = Mirror()
    for size in range(10):
        mirror.grow(ENTRIES[len(mirror.entries) : size])
        assert audited(mirror, state).exit_code == 0
    assert [size for size, _, _ in state.checkpoints()] == [7, 8, 9]
    assert codes(audited(Mirror([*ENTRIES[:8], OTHERS[8], *ENTRIES[9:20]]), state)) == {"changed"}


# --- Tampering between two looks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("old", [255, 256, 300, 600])
def test_a_log_built_anew_is_found_and_both_checkpoints_are_kept(state: State, tmp_path: Path, old: int) -> None:
    before = Mirror(ENTRIES[:old])
    assert audited(before, state).exit_code == 0
    rebuilt = Mirror([*ENTRIES[:5], OTHERS[5], *ENTRIES[6:700]])
    first = audited(rebuilt, state)
    assert (first.exit_code, first.log_is_sound) == (1, False)
    second = audited(rebuilt, state)
    assert codes(second) - {"chain"} == {"forked"}
    assert len(second.evidence) == 2
    kept = {Path(file).read_bytes() for file in second.evidence}
    assert kept == {before.checkpoint, rebuilt.checkpoint}
    assert audited(rebuilt, state).exit_code == 1
    state = again(state)
    assert "forked" in codes(audited(rebuilt, state))
    before.grow(ENTRIES[old:900])
    report = audited(before, state)
    assert (report.exit_code, codes(report)) == (1, {"forked"}), "once it has signed both, it cannot take one back"
    assert state.path is not None
    assert {file.parent for file in map(Path, report.evidence)} == {tmp_path}
    state.close()


def test_two_checkpoints_of_one_size(state: State) -> None:
    audited(Mirror(ENTRIES[:300]), state)
    report = audited(Mirror([*ENTRIES[:299], OTHERS[5]]), state)
    assert (codes(report), len(report.evidence)) == ({"forked"}, 2)
    told = report.as_json()
    assert (told["checkpoint"], told["against"]) == (
        Mirror([*ENTRIES[:299], OTHERS[5]]).checkpoint.decode(),
        Mirror(ENTRIES[:300]).checkpoint.decode(),
    )


def test_a_log_that_went_back(state: State) -> None:
    audited(Mirror(ENTRIES[:300]), state)
    report = audited(Mirror(ENTRIES[:299]), state)
    assert (codes(report), len(report.evidence)) == ({"went_back"}, 2)
    assert audited(Mirror(ENTRIES[:300]), state).exit_code == 0


def test_an_entry_of_the_last_bundle_that_was_changed_since(state: State) -> None:
    audited(Mirror(ENTRIES[:300]), state)
    report = audited(Mirror([*ENTRIES[:280], OTHERS[5], *ENTRIES[281:310]]), state)
    assert codes(report) == {"changed"}
    assert report.findings[0].position == 280


def test_what_was_read_of_a_log_that_is_not_sound_is_not_gone_by(state: State) -> None:
    """Served wrongly once, then rightly: the second audit begins anew and finds it sound."""
    mirror = Mirror(ENTRIES[:600])
    wrong = Mirror([*ENTRIES[:5], OTHERS[5], *ENTRIES[6:600]])
    wrong.files["checkpoint"] = mirror.checkpoint
    assert "root" in codes(audited(wrong, state))
    report = audited(mirror, state)
    assert (report.exit_code, report.read) == (0, 600)


@pytest.mark.parametrize("trouble", ["bundle", "missing", "tiles", "since"])
def test_a_monitor_that_met_trouble_goes_on_where_it_was(state: State, trouble: str) -> None:
    """The same state, in the same process: nothing that was read is left out of the chains."""
    mirror = Mirror(ENTRIES[:20_000])
    whole = dict(mirror.files)
    older: list[bytes] = []
    if trouble == "bundle":
        mirror.files["tile/entries/050"] += b"x"
    elif trouble == "missing":
        del mirror.files["tile/entries/050"]
    elif trouble == "tiles":
        mirror.files = {path: data for path, data in whole.items() if not path.startswith("tile/0/")}
    else:
        audited(Mirror(ENTRIES[:700]), state)
        older = [Mirror([*ENTRIES[:599], OTHERS[5]]).checkpoint]
    report = audited(mirror, state, since=older)
    assert (report.exit_code, report.log_is_sound) == (1, False)
    mirror.files = whole
    report = audited(mirror, state)
    assert (report.exit_code, report.findings) == (0, [])
    mirror.grow(ENTRIES[20_000:21_000])
    assert audited(mirror, state).exit_code == 0


def test_the_state_of_another_log(state: State) -> None:
    audited(Mirror(ENTRIES[:3]), state)
    other = KeySigner("other.test/ledger", bytes(32))
    report = auditor(Mirror(ENTRIES[:3], signer=other), state, vkeys=[VKEY, other.verifier.vkey]).audit()
    assert (codes(report), report.exit_code) == ({"other_log"}, 1)


# --- Acts ---------------------------------------------------------------------------------------------------------


def test_what_is_wrong_with_an_act_is_told_once(state: State) -> None:
    broken = entry.render(after(FILED, tree.leaf_hash(b""), "received"), bytes(32))
    mirror = Mirror([entry.render(FILED, bytes(32)), broken])
    first = audited(mirror, state)
    assert (codes(first), first.exit_code, first.log_is_sound) == ({"chain"}, 1, True)
    second = audited(mirror, state)
    assert (second.findings, second.exit_code, second.known) == ([], 0, 1)


def late_act(at: datetime) -> bytes:
    return entry.render(replace(FILED, reference="H06.31.01-200615-9999", at=at), bytes(32))


@pytest.mark.parametrize(("seconds", "found"), [(59, set()), (61, {"late"})])
def test_an_act_that_the_log_did_not_have_when_one_looked(state: State, seconds: int, found: set[str]) -> None:
    mirror = Mirror(ENTRIES[:10])
    audited(mirror, state, now=NOW)
    state = again(state)
    mirror.grow([late_act(NOW - timedelta(seconds=seconds))])
    assert codes(audited(mirror, state, now=NOW + timedelta(days=1))) == found
    state.close()


def test_a_log_that_stands_still_is_looked_at_again_and_that_counts(state: State) -> None:
    mirror = Mirror(ENTRIES[:10])
    for minutes in range(3):
        audited(mirror, state, now=NOW + timedelta(minutes=minutes))
    mirror.grow([late_act(NOW)])
    assert codes(audited(mirror, state, now=NOW + timedelta(minutes=3))) == {"late"}


@pytest.mark.parametrize("given", ["state", "file"])
def test_an_act_that_is_older_than_a_cosigned_checkpoint_without_it(state: State, given: str) -> None:
    """Witnesses saw the log without it; the clock of whoever audits is not asked."""
    witness = Cosigner("witness.test/w1", bytes(32))
    mirror = Mirror(ENTRIES[:10])
    mirror.cosign(witness, NOW)
    vkeys = [VKEY, witness.witness.vkey]
    since = mirror.checkpoint
    later = NOW + timedelta(days=365)
    if given == "state":
        assert auditor(mirror, state, vkeys=vkeys, now=NOW).audit().cosigners == ("witness.test/w1",)
    mirror.grow(
        [
            late_act(NOW - timedelta(seconds=61)),
        ]
    )
    asked = auditor(mirror, state, vkeys=vkeys, now=later)
    older = [] if given == "state" else [asked.trust.open(since)]
    assert codes(asked.audit(since=older)) == {"late"}


def test_a_cosignature_of_a_time_to_come_says_nothing(state: State) -> None:
    witness = Cosigner("witness.test/w1", bytes(32))
    mirror = Mirror(ENTRIES[:10])
    mirror.cosign(witness, datetime(2030, 1, 1, tzinfo=UTC))
    vkeys = [VKEY, witness.witness.vkey]
    asked = auditor(mirror, state, vkeys=vkeys)
    older = asked.trust.open(mirror.checkpoint)
    mirror.grow([late_act(NOW)])
    assert asked.audit(since=[older]).exit_code == 0


def test_a_bad_line_of_a_known_witness_is_not_sound(state: State) -> None:
    witness = Cosigner("witness.test/w1", bytes(32))
    mirror = Mirror(ENTRIES[:10])
    mirror.cosign(witness, NOW)
    text, _, lines = mirror.checkpoint.decode().partition("\n\n")
    mirror.files["checkpoint"] = f"{text}\n\n{lines[:-20]}{'A' if lines[-20] != 'A' else 'B'}{lines[-19:]}".encode()
    assert note.parse(mirror.checkpoint)
    assert codes(auditor(mirror, state, vkeys=[VKEY, witness.witness.vkey]).audit()) == {"not_witnessed"}


# --- The file -----------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_state(tmp_path: Path) -> None:
    for content in (b"not a database, whatever it is, and longer than a header" * 10, bytes(4096)):
        file = tmp_path / "x"
        file.write_bytes(content)
        with pytest.raises(BadState):
            State(file)
    with pytest.raises(BadState):
        State(tmp_path / "no" / "folder")


def test_two_at_once_cannot_use_one_state(state: State) -> None:
    audited(Mirror(ENTRIES[:3]), state)
    with pytest.raises(BadState):
        State(state.path)


def test_overdue_dossiers_of_a_unit_and_of_those_below_it(state: State) -> None:
    due = datetime(2020, 6, 20, tzinfo=UTC)
    entries = []
    for number, unit in enumerate(["H06.31.01", "H06.31.02", "H06.310", "H06.31"]):
        act = replace(FILED, reference=f"H06.31.01-200615-{number:04d}", unit=unit)
        first = entry.render(act, bytes(32))
        received = after(act, tree.leaf_hash(first), "received", due=due, rule="x")
        entries += [first, entry.render(received, bytes(32))]
        if unit == "H06.31.02":
            waits = after(received, tree.leaf_hash(entries[-1]), "supplement_asked")
            entries.append(entry.render(waits, bytes(32)))
    audited(Mirror(entries), state)
    assert state.overdue("H06.31", at=due) == []
    late = state.overdue("H06.31", at=due + timedelta(seconds=1))
    assert [reference[-4:] for reference, _, _ in late] == ["0000", "0003"]
    assert [len(state.overdue(unit, at=due + timedelta(days=1))) for unit in ("H06", "H06.31.01", "H06.3", "H07")] == [
        3,
        1,
        0,
        0,
    ]
