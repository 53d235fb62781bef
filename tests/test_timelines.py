"""Every state of a dossier reads well: what happened, what comes next, until when, to whom it is said."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.dossiers.life import Act, Outcome, State
from portal.dossiers.tracked import TrackedStep
from portal.dossiers.views import Place, Step, is_late
from portal.timelines import Item, next_words, outcome_words, timeline

FILED_AT = datetime(2026, 3, 2, 2, tzinfo=UTC)  # Monday, 09:00 in Viet Nam
DUE_AT = FILED_AT + timedelta(days=3)
NOW = FILED_AT + timedelta(days=1)
WARD = Place("H06.31.01", "Phường 1", "Ward 1")
CITY = Place("H06.31", "Thành phố Vũng Tàu", "Vung Tau City")


@dataclass(frozen=True)
class Life:
    """A dossier as far as a timeline looks."""

    state: State
    steps: tuple[Step | TrackedStep, ...]
    due_at: datetime | None = None
    paused_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: Outcome | None = None
    holder: Place = WARD
    unit: Place = WARD
    channel: str = "online"

    def late(self, at: datetime) -> bool:
        return is_late(self.due_at, self.resolved_at, self.paused_at, self.state, at)


def step(n: int, act: Act, *, days: float = 0, **facts: object) -> Step:
    """The n-th act, that many days after the filing."""
    blank = Step(n, act, FILED_AT + timedelta(days=days), WARD, None, 7, None, None, None, None, n, b"")
    return replace(blank, **facts)  # type: ignore[arg-type]


FILED = step(0, Act.FILED, officer_id=None)
RECEIVED = step(1, Act.RECEIVED, due_at=DUE_AT)
ASKED = step(2, Act.SUPPLEMENT_ASKED, days=1, due_at=DUE_AT, note="Thiếu giấy chứng sinh.")
GIVEN = step(3, Act.SUPPLEMENT_GIVEN, days=2, due_at=DUE_AT + timedelta(days=1), officer_id=None, note="Tôi gửi.")
DUTY = step(2, Act.DUTY_ASKED, days=1, due_at=DUE_AT, note="Nộp lệ phí trước bạ.")
RESOLVED = step(2, Act.RESOLVED, days=2, due_at=DUE_AT, outcome=Outcome.GRANTED)

LIVES: dict[str, Life] = {
    "filed": Life(State.FILED, (FILED,)),
    "in_progress": Life(State.IN_PROGRESS, (FILED, RECEIVED), DUE_AT),
    "asked before receipt": Life(State.AWAITING_SUPPLEMENT, (FILED, replace(ASKED, n=1, due_at=None))),
    "asked": Life(State.AWAITING_SUPPLEMENT, (FILED, RECEIVED, ASKED), DUE_AT, paused_at=ASKED.at),
    "duty": Life(
        State.AWAITING_DUTY, (FILED, RECEIVED, replace(ASKED, act=Act.DUTY_ASKED)), DUE_AT, paused_at=ASKED.at
    ),
    "stopped": Life(State.STOPPED, (FILED, RECEIVED, replace(ASKED, act=Act.STOPPED)), DUE_AT),
    "granted": Life(State.RESOLVED, (FILED, RECEIVED, RESOLVED), DUE_AT, None, RESOLVED.at, Outcome.GRANTED),
    "refused": Life(State.RESOLVED, (FILED, RECEIVED, RESOLVED), DUE_AT, None, RESOLVED.at, Outcome.REFUSED),
    "returned": Life(State.RETURNED, (FILED, RECEIVED, RESOLVED, step(3, Act.RETURNED, days=3))),
    "not_received": Life(State.NOT_RECEIVED, (FILED, step(1, Act.NOT_RECEIVED, note="Sai nơi nộp."))),
    "withdrawn": Life(State.WITHDRAWN, (FILED, step(1, Act.WITHDRAWN, officer_id=None))),
}


def items(life: Life, *, at: datetime = NOW, lang: str = "vi", names: dict[int, str] | None = None) -> list[Item]:
    return timeline(life, lang=lang, at=at, names=names or {})


@pytest.fixture(autouse=True)
def speaking(app: Flask) -> Flask:
    """Words need an application; outside a request it speaks Vietnamese."""
    return app


@pytest.mark.parametrize(
    ("name", "to_come"),
    [
        ("filed", [("Chờ tiếp nhận", "current"), ("Trả kết quả", "future")]),
        ("in_progress", [("Đang giải quyết", "current"), ("Trả kết quả", "future")]),
        (
            "asked before receipt",
            [("Chờ người nộp bổ sung", "current"), ("Tiếp nhận hồ sơ", "future"), ("Trả kết quả", "future")],
        ),
        ("asked", [("Chờ người nộp bổ sung", "current"), ("Giải quyết tiếp", "future"), ("Trả kết quả", "future")]),
        (
            "duty",
            [
                ("Chờ thực hiện nghĩa vụ tài chính", "current"),
                ("Giải quyết tiếp", "future"),
                ("Trả kết quả", "future"),
            ],
        ),
        ("stopped", []),
        ("granted", [("Chờ trả kết quả", "current")]),
        ("refused", [("Chờ trả kết quả", "current")]),
        ("returned", []),
        ("not_received", []),
        ("withdrawn", []),
    ],
)
def test_what_is_to_come_follows_what_was_done(name: str, to_come: list[tuple[str, str]]) -> None:
    life = LIVES[name]
    found = items(life)
    done, rest = found[: len(life.steps)], found[len(life.steps) :]
    assert [item.at for item in done] == [one.at for one in life.steps]
    assert {item.state for item in done} == {"done"}
    assert [(item.title, item.state) for item in rest] == to_come
    assert all(item.at is None for item in rest)


@pytest.mark.parametrize(
    ("name", "to_the_person", "to_others"),
    [
        ("filed", "Bộ phận Một cửa xem hồ sơ và trả lời", "Bộ phận Một cửa xem hồ sơ và trả lời"),
        ("in_progress", "hẹn trả kết quả lúc 05/03/2026, 09:00.", "hẹn trả kết quả lúc 05/03/2026, 09:00."),
        ("asked before receipt", "Hãy bổ sung theo yêu cầu. Khi bạn gửi", "Thời hạn giải quyết chưa bắt đầu tính."),
        ("asked", "Hãy bổ sung theo yêu cầu. Thời hạn giải quyết tạm dừng", "Đang chờ người nộp bổ sung. Thời hạn"),
        ("duty", "Hãy thực hiện nghĩa vụ tài chính theo thông báo.", "Thời hạn giải quyết tạm dừng."),
        ("stopped", "bạn có thể nộp hồ sơ mới.", "Cơ quan đã dừng giải quyết hồ sơ."),
        ("granted", "Hãy tải kết quả tại đây", "chờ trả cho người nộp."),
        ("refused", "Hãy xem lý do", "đang trả lời người nộp."),
        ("returned", "Đã trả kết quả. Hồ sơ đã xong.", "Đã trả kết quả. Hồ sơ đã xong."),
        ("not_received", "bạn có thể nộp hồ sơ mới.", "Hồ sơ không được tiếp nhận."),
        ("withdrawn", "Bạn đã rút hồ sơ.", "Người nộp đã rút hồ sơ."),
    ],
)
def test_each_state_says_what_is_next(name: str, to_the_person: str, to_others: str) -> None:
    life = LIVES[name]
    assert to_the_person in next_words(life, person=True, at=NOW)
    assert to_others in next_words(life, person=False, at=NOW)
    assert "bạn" not in next_words(life, person=False, at=NOW)


def test_every_state_there_is_has_words() -> None:
    assert {life.state for life in LIVES.values()} == set(State)


def test_a_late_dossier_is_marked_while_it_is_open() -> None:
    life, at = LIVES["in_progress"], DUE_AT + timedelta(minutes=1)
    assert [item.state for item in items(life, at=at)] == ["done", "done", "late", "future"]
    assert "đã quá hạn" in next_words(life, person=True, at=at)


def test_what_was_taken_back_does_not_look_done_even_where_it_was_late() -> None:
    late = replace(RESOLVED, at=DUE_AT + timedelta(hours=1), note="Ghi nhầm.")
    taken = replace(step(3, Act.CORRECTED), at=DUE_AT + timedelta(hours=2), note="Sai hồ sơ.")
    found = items(replace(LIVES["in_progress"], steps=(FILED, RECEIVED, late, taken)))
    assert [item.state for item in found[:4]] == ["done", "done", "undone", "done"]
    assert str(found[2].note).endswith("Ghi nhầm.\nĐã thu hồi lúc 05/03/2026, 11:00.")
    assert found[3].title == "Thu hồi: Có kết quả"


def test_a_late_decision_stays_marked_and_says_by_how_much() -> None:
    late = replace(RESOLVED, at=DUE_AT + timedelta(days=2, hours=4))
    life = replace(LIVES["granted"], steps=(FILED, RECEIVED, late), resolved_at=late.at)
    found = items(life)[2]
    assert found.state == "late"
    assert found.note == "Trễ 2 ngày 4 giờ so với hẹn 05/03/2026, 09:00"


def test_a_paused_dossier_does_not_become_late() -> None:
    assert items(LIVES["asked"], at=DUE_AT + timedelta(days=30))[3].state == "current"


def test_a_passed_dossier_shows_from_where_to_where() -> None:
    passed = step(2, Act.PASSED, to=CITY)
    life = replace(LIVES["in_progress"], steps=(FILED, RECEIVED, passed), holder=CITY)
    assert [item.unit for item in items(life)] == [
        "Người nộp gửi Phường 1",
        "Phường 1",
        "Phường 1 → Thành phố Vũng Tàu",
        "Thành phố Vũng Tàu",
        None,
    ]
    assert items(life, lang="en")[2].unit == "Ward 1 → Vung Tau City"


def test_officers_are_named_where_names_are_given() -> None:
    life = LIVES["in_progress"]
    assert items(life, names={7: "Lê Thị Một Cửa"})[1].unit == "Lê Thị Một Cửa, Phường 1"
    assert items(life, names={8: "Ai Khác"})[1].unit == "Phường 1"


def test_words_and_due_instant_stand_together() -> None:
    life = replace(LIVES["in_progress"], steps=(FILED, RECEIVED, ASKED, GIVEN))
    notes = [item.note for item in items(life)]
    assert notes[1] == "Hẹn trả kết quả: 05/03/2026, 09:00"
    assert notes[2] == "Thiếu giấy chứng sinh."
    assert notes[3] == "Hẹn trả kết quả: 06/03/2026, 09:00\nTôi gửi."


def test_who_only_looks_up_reads_no_words() -> None:
    steps = tuple(
        TrackedStep(one.n, one.act, one.at, one.unit, one.to, one.due_at, one.rule, one.outcome)
        for one in (FILED, RECEIVED, ASKED)
    )
    life = replace(LIVES["asked"], steps=steps)
    assert [item.note for item in items(life, names={7: "Lê Thị Một Cửa"})[:3]] == [
        None,
        "Hẹn trả kết quả: 05/03/2026, 09:00",
        None,
    ]
    assert "Lê Thị" not in str(items(life, names={7: "Lê Thị Một Cửa"}))


@pytest.mark.parametrize(("outcome", "words"), [(Outcome.GRANTED, "Đồng ý"), (Outcome.REFUSED, "Từ chối"), (None, "")])
def test_an_outcome_in_words(outcome: Outcome | None, words: str) -> None:
    assert outcome_words(outcome).startswith(words)
    assert bool(outcome_words(outcome)) is bool(words)
