"""The monitor: it looks again and again, and tells people and programs what it finds, once."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.ledger import entry, key_entry, note, tree
from portal.ledger.key_entry import KeyChange
from portal.ledger.note import KeySigner
from portal.ledger.verify import words
from portal.ledger.verify.findings import Report
from portal.ledger.verify.following import Monitor
from portal.ledger.verify.sources import Unreadable
from portal.ledger.verify.state import State
from portal.ledger.verify.telling import BadChannel, Channel, Mail, Telling, WebHook
from tests.ledger.acts import FILED, after
from tests.ledger.stored import wait_until
from tests.ledger.verify.mirrors import NOW, SIGNER, Mirror, auditor, lives
from tests.ledger.verify.servers import Server, serving
from tests.letters.mail_server import Server as MailServer
from tests.letters.mail_server import mail_server

ENTRIES = list(lives(600))
OTHERS = list(lives(600, seed=2))
DUE = datetime(2020, 6, 20, tzinfo=UTC)


@dataclass
class Watch:
    """A monitor of a mirror, with what it shows and complains of. `now` is its clock."""

    source: Mirror
    channels: list[Channel] = field(default_factory=list)
    unit: str | None = None
    state: State = field(default_factory=lambda: State(None))
    now: datetime = NOW
    shown: list[Report] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        asked = auditor(self.source, self.state)
        self.monitor = Monitor(
            type(asked)(asked.source, asked.trust, self.state, lambda: self.now, connections=1),
            Telling(self.channels),
            every=0.05,
            unit=self.unit,
            now=lambda: self.now,
            show=lambda report, _late: self.shown.append(report),
            complain=self.complaints.append,
        )

    def look(self) -> None:
        self.monitor.look()

    def ended(self) -> int:
        """The exit code when it is stopped now."""
        stop = threading.Event()
        stop.set()
        return self.monitor.run(stop)


class Shaky(Mirror):
    """A server that cannot be reached while `down`."""

    down = False

    def read(self, path: str, most: int) -> bytes:
        if self.down:
            raise Unreadable("the server does not answer")
        return super().read(path, most)


@pytest.fixture
def hook() -> Iterator[Server]:
    with serving(Mirror()) as server:
        yield server


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def test_a_log_that_grows_soundly_is_shown_and_nobody_is_told(hook: Server) -> None:
    mirror = Mirror(ENTRIES[:100])
    watch = Watch(mirror, [WebHook(hook.url)])
    for size in (100, 100, 101, 300):
        mirror.grow(ENTRIES[len(mirror.entries) : size])
        watch.look()
    assert [report.size for report in watch.shown] == [100, 101, 300]
    assert (hook.posts, watch.complaints, watch.ended()) == ([], [], 0)


def test_a_fork_is_told_at_once_and_once_by_hook_and_by_letter(hook: Server, post: MailServer) -> None:
    mirror = Mirror(ENTRIES[:300])
    mail = Mail("monitor@press.test", f"127.0.0.1:{post.port}", None)
    watch = Watch(mirror, [WebHook(hook.url), mail])
    watch.look()
    watch.source.files = Mirror([*ENTRIES[:299], OTHERS[5]]).files
    for _ in range(3):
        watch.look()
    (told,) = hook.posts
    assert told["reason"] == "findings"
    assert (told["report"]["sound"], told["report"]["findings"][0]["code"]) == (False, "forked")
    assert told["text"].startswith("NOT SOUND, because two checkpoints of 300 entries are signed")
    (letter,) = post.post.messages()
    assert letter["To"] == letter["From"] == "monitor@press.test"
    assert letter["Subject"] == told["text"].partition("\n")[0]
    assert "forked" in letter.get_content()
    assert watch.ended() == 1


def test_late_publication_is_told(hook: Server) -> None:
    """It came into the log ten minutes after it was done; that the log stood still meanwhile is no fault."""
    mirror = Mirror(ENTRIES[:10])
    watch = Watch(mirror, [WebHook(hook.url)])
    for minutes in range(10):
        watch.now = NOW + timedelta(minutes=minutes)
        watch.look()
    assert hook.posts == []
    act = replace(FILED, reference="H06.31.01-200615-9999")
    mirror.grow([entry.render(act, bytes(32))])
    watch.now = NOW + timedelta(minutes=10)
    watch.look()
    (told,) = hook.posts
    assert [finding["code"] for finding in told["report"]["findings"]] == ["late"]
    assert told["report"]["findings"][0]["reference"] == act.reference
    assert watch.ended() == 1


def test_a_new_key_is_told_before_it_is_needed(hook: Server) -> None:
    new = KeySigner(SIGNER.verifier.name, bytes(32))
    mirror = Mirror(ENTRIES[:10])
    watch = Watch(mirror, [WebHook(hook.url)])
    watch.look()
    until = NOW + timedelta(days=30)
    change = KeyChange(NOW, new.verifier, SIGNER.verifier, 10, mirror.root(), until)
    mirror.grow([key_entry.render(change)])
    both = note.sign(note.parse(mirror.checkpoint).text, [SIGNER, new]).encode()
    mirror.files["checkpoint"] = both
    for _ in range(2):
        watch.look()
    (told,) = hook.posts
    assert told["reason"] == "key_announced"
    assert told["report"]["announced_keys"][0]["vkey"] == new.verifier.vkey
    assert f"entry 10 announces the key {new.verifier.vkey}" in told["text"]
    assert auditor(mirror, vkeys=[new.verifier.vkey]).audit().exit_code == 0
    assert watch.ended() == 0


def test_what_did_not_arrive_is_sent_again_in_its_order(hook: Server) -> None:
    hook.refuse_posts = True
    mirror = Mirror(ENTRIES[:300])
    watch = Watch(mirror, [WebHook(hook.url), Mail("a@b.test", "127.0.0.1:1", None)])
    watch.look()
    del mirror.files["tile/1/000.p/1"]
    mirror.grow(ENTRIES[300:301])
    mirror.files["tile/0/001.p/45"] = bytes(45 * 32)
    watch.look()
    mirror.sign()
    mirror.files["checkpoint"] = b"nonsense"
    watch.look()
    assert hook.posts == []
    assert len(watch.complaints) == 4
    hook.refuse_posts = False
    watch.look()
    assert [told["report"]["findings"][0]["code"] for told in hook.posts] == ["tile", "signature"]


def test_a_server_that_cannot_be_reached_is_told_after_a_while_and_when_it_is_back(hook: Server) -> None:
    mirror = Shaky(ENTRIES[:10])
    watch = Watch(mirror, [WebHook(hook.url)])
    watch.look()
    mirror.down = True
    for _ in range(2):
        watch.look()
    assert hook.posts == []
    assert watch.ended() == 2
    for _ in range(3):
        watch.look()
    mirror.down = False
    for _ in range(2):
        watch.look()
    assert [told["reason"] for told in hook.posts] == ["could_not_tell", "well_again"]
    assert [told["report"]["sound"] for told in hook.posts] == [None, True]
    assert watch.ended() == 0


def test_dossiers_of_the_unit_that_become_overdue(hook: Server) -> None:
    first = entry.render(FILED, bytes(32))
    act = after(FILED, tree.leaf_hash(first), "received", due=DUE, rule="x")
    received = entry.render(act, bytes(32))
    mirror = Mirror([first, received])
    watch = Watch(mirror, [WebHook(hook.url)], unit="H06.31")
    for watch.now in (NOW, DUE, DUE + timedelta(seconds=1), DUE + timedelta(days=1)):
        watch.look()
    (told,) = hook.posts
    assert told["reason"] == "overdue"
    assert FILED.reference in told["text"]
    assert len(watch.shown) == 2
    resolved = after(act, tree.leaf_hash(received), "resolved", hours=200, outcome="granted")
    mirror.grow([entry.render(resolved, bytes(32))])
    watch.now += timedelta(days=1)
    watch.look()
    assert watch.state.overdue("H06.31", at=watch.now) == []
    assert len(hook.posts) == 1


def test_it_goes_on_until_it_is_stopped() -> None:
    watch, stop = Watch(Mirror(ENTRIES[:10])), threading.Event()
    looked = threading.Thread(target=_stop_after_three, args=(watch.source, stop))
    looked.start()
    assert watch.monitor.run(stop) == 0
    looked.join()


def _stop_after_three(source: Mirror, stop: threading.Event) -> None:
    wait_until(lambda: source.reads.count("checkpoint") >= 3)
    stop.set()


def test_it_does_not_follow_a_hook_elsewhere(hook: Server) -> None:
    with serving(Mirror()) as elsewhere:
        hook.send_posts_to = f"{elsewhere.url}/ledger/checkpoint"
        watch = Watch(Mirror(), [WebHook(hook.url)])
        watch.source.files["checkpoint"] = b"nonsense"
        watch.look()
        assert (hook.posts, elsewhere.posts, elsewhere.requests) == ([], [], [])
    assert len(watch.complaints) == 1


def test_what_is_no_address_to_tell_anything_to() -> None:
    with pytest.raises(BadChannel):
        WebHook("file:///etc/passwd")
    for server in ("host", "host:", ":25", "host:x"):
        with pytest.raises(BadChannel):
            Mail("a@b.test", server, None)


def test_a_report_in_words_ends_with_its_verdict() -> None:
    report = auditor(Mirror(ENTRIES[:10])).audit()
    assert words.lines(report)[-1].startswith("Sound: 10 entries, root ")
