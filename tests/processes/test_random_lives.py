"""Anybody may do anything at random: a dossier of a process without faults can still be finished."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.dossiers import vocabulary
from portal.dossiers.life import Actor, Outcome
from portal.errors import PortalError
from tests.dossiers.making import make_dossier, pdf, staff
from tests.processes.lives import Way
from tests.processes.making import publish, usual
from tests.signing_in import make_citizen

ATTEMPTS: list[tuple[str, str, dict[str, Any]]] = [
    ("take_up", "specialist", {}),
    ("take_up", "receiver", {}),
    ("propose", "specialist", {"outcome": Outcome.GRANTED, "reason": "Đủ."}),
    ("propose", "leader", {"outcome": Outcome.REFUSED, "reason": "Thiếu."}),
    ("approve", "leader", {}),
    ("approve", "second", {}),
    ("send_back", "second", {"reason": "Làm lại."}),
    ("undo", "leader", {"reason": "Nhầm."}),
    ("give_back", "leader", {"reason": "Nghỉ."}),
    ("ask_supplement", "specialist", {"reason": "Cần thêm."}),
    ("give_supplement", "person", {"message": "Đây ạ."}),
    ("ask_duty", "specialist", {"reason": "Nộp lệ phí."}),
    ("duty_done", "specialist", {}),
    ("resolve", "specialist", {"outcome": Outcome.REFUSED, "reason": "Thiếu."}),
    ("take_back", "leader", {"reason": "Nhầm."}),
    ("take_back", "specialist", {"reason": "Nhầm."}),
]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_at_random_the_dossier_can_still_be_finished(session: Session, seed: int) -> None:
    """A process without faults, and forty acts of anybody: then the plain way leads to the end from wherever it is."""
    chance = random.Random(seed)
    publish(session, usual())
    way = Way(session, make_dossier(session, make_citizen(session)))
    second = staff(session, way.unit, ["leader"])
    everybody = {
        "second": second,
        **{name: getattr(way, name) for name in ("specialist", "receiver", "leader", "person")},
    }
    way.do("receive", way.receiver)
    for _ in range(40):
        verb, who, facts = chance.choice(ATTEMPTS)
        try:
            way.do(verb, everybody[who], after=timedelta(minutes=1), **facts)
        except PortalError:
            session.rollback()
    _finish(way, second)
    assert way.step is None
    assert way.stays[-1].left_act == "returned"


def _finish(way: Way, second: Actor) -> None:
    """Whoever of the unit may go on goes on."""
    plain: list[tuple[str, Actor, dict[str, Any]]] = [
        ("give_supplement", way.person, {"message": "Đây ạ."}),
        ("duty_done", way.specialist, {}),
        ("take_up", way.specialist, {}),
        ("give_back", way.leader, {"reason": "Nghỉ."}),
        ("propose", way.specialist, {"outcome": Outcome.GRANTED, "reason": "Đủ."}),
        ("approve", second, {}),
        ("approve", way.leader, {}),
        ("resolve", way.specialist, {"outcome": Outcome.GRANTED, "files": [pdf("kết quả.pdf")]}),
        ("return_result", way.receiver, {"way": vocabulary.Way.COUNTER}),
    ]
    for _ in range(6):
        for verb, who, facts in plain:
            try:
                way.do(verb, who, after=timedelta(minutes=1), **facts)
            except PortalError:
                way.session.rollback()
