"""Random acts by random people at random times: whatever happens, what rests is a legal life told in full."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from portal.clock import local_day
from portal.dossiers import commands
from portal.dossiers.life import LEADER, RECEIVER, SPECIALIST, TABLE, Actor, Outcome, Way
from portal.dossiers.views import Done
from portal.people import stand_ins
from portal.people.queries import Person
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.lawful import ANSWERS, BY_THE_PERSON, DUE_MOVES, MOVING, legal_state
from tests.dossiers.making import AT, ON, Clockwork, Made, make_dossier, pdf, staff
from tests.dossiers.random_acts import (
    BESIDE,
    MAY_BE_TAKEN_BACK,
    NEW_WITH_EACH_STEP,
    REFUSALS,
    VERBS,
    _eyes,
    counting,
    may_stand_in,
    seen_by,
    words,
)
from tests.dossiers.records import WITHIN_THE_UNIT, Record, check_chain, record, sizes
from tests.signing_in import make_citizen


class Lives(RuleBasedStateMachine):
    """One dossier a run. `session`, people and units are set by the test below."""

    session: Session
    person: Person
    actors: list[Actor]
    double: Actor  # stands in for a leader and specialist of the unit until a day
    until: date
    unit_ids: list[int]
    third_id: int

    @initialize()
    def file(self) -> None:
        self.stood: dict[int, Any] = {}  # the dossier's row after each step
        self.clock = Clockwork(AT)
        self.made: Made = make_dossier(self.session, self.person)
        self.rows = sizes(self.session)
        self.stood[0] = record(self.session, self.made.reference).dossier

    @rule(data=st.data(), verb=st.sampled_from(VERBS))
    def act(self, data: st.DataObject, verb: str) -> None:
        found = record(self.session, self.made.reference)
        minutes = data.draw(st.sampled_from([0, 1, 60, 60 * 24 * 3, -1]))
        at = found.dossier.acted_at + timedelta(minutes=minutes)
        by = data.draw(st.sampled_from(self.actors))
        known = seen_by(by, found)
        seen = data.draw(st.sampled_from([known] * 9 + [known + 1]))
        facts = self._facts(data, verb)
        if verb != "give_opinion":
            facts["seen"] = seen
        try:
            with unit_of_work(self.session):
                done: Done = getattr(commands, verb)(
                    self.session, reference=self.made.reference, by=by, at=at, on=ON, **facts
                )
        except REFUSALS:
            assert sizes(self.session) == self.rows
            assert record(self.session, self.made.reference) == found
        else:
            self._check_done(found, done, len(facts.get("files", ())))

    @rule(data=st.data())
    def act_as_offered(self, data: st.DataObject) -> None:
        """An act that goes well, so that lives get long."""
        found = record(self.session, self.made.reference)
        state, holder = found.dossier.state, found.dossier.holder_unit_id
        whole = next(by for by in self.actors if by.roles_at(holder) == {RECEIVER, SPECIALIST, LEADER})
        me = Actor.person(self.person.id)
        possible: dict[str, list[tuple[str, Actor, dict[str, Any]]]] = {
            "filed": [("receive", whole, {}), ("ask_supplement", whole, {"reason": "Thiếu."})],
            "in_progress": [
                ("ask_supplement", whole, {"reason": "Thiếu."}),
                ("ask_duty", whole, {"reason": "Nộp thuế."}),
                ("pass_on", whole, {"to_unit_id": next(unit for unit in self.unit_ids if unit != holder)}),
                *([("pass_back", whole, {"reason": "Nhầm đơn vị."})] if holder != found.dossier.unit_id else []),
                ("resolve", whole, {"outcome": Outcome.REFUSED, "reason": "Không đủ."}),
                *self._within_the_unit(found, whole),
                *self._opinions(found, whole),
            ],
            "awaiting_supplement": [("give_supplement", me, {"files": [pdf()]})],
            "awaiting_duty": [("duty_done", whole, {})],
            "resolved": [("return_result", whole, {"way": way}) for way in Way],
        }
        back = self._taking_back(found)
        if not possible.get(state, []) + back:
            return
        verb, by, facts = data.draw(st.sampled_from(possible.get(state, []) + back))
        at = found.dossier.acted_at + timedelta(hours=data.draw(st.integers(0, 30)))
        if by == whole and may_stand_in(self.double, self.made.unit.id, verb, found) and local_day(at) <= self.until:
            by = data.draw(st.sampled_from([whole, self.double]))
        if verb != "give_opinion":
            facts["seen"] = seen_by(by, found)
        with unit_of_work(self.session):
            done: Done = getattr(commands, verb)(
                self.session, reference=self.made.reference, by=by, at=at, on=ON, **facts
            )
        self._check_done(found, done, len(facts.get("files", ())))

    def _taking_back(self, found: Record) -> list[tuple[str, Actor, dict[str, Any]]]:
        """The last act of all, where it may be taken back, by everybody's colleague in the unit that did it."""
        last = found.steps[-1]
        if last.act not in MAY_BE_TAKEN_BACK:
            return []
        by = next(by for by in self.actors if by.roles_at(last.unit_id) == {RECEIVER, SPECIALIST, LEADER})
        return [("take_back", by, {"reason": "Nhầm."})]

    def _open_opinions(self, found: Record) -> list[Any]:
        return [one for one in found.opinions if one.given_at is None and one.taken_back_at is None]

    def _opinions(self, found: Record, whole: Actor) -> list[tuple[str, Actor, dict[str, Any]]]:
        """Another unit is asked, or answers: one that nobody else of this story belongs to."""
        waiting = self._open_opinions(found)
        if not waiting:
            question = {"to_unit_id": self.third_id, "question": "Đất có tranh chấp không?", "hours": 8}
            return [("ask_opinion", whole, question)]
        (opinion,) = waiting
        by = next(by for by in self.actors if by.roles_at(opinion.unit_id))
        return [("give_opinion", by, {"opinion_id": opinion.id, "answer": "Không."})]

    def _within_the_unit(self, found: Record, whole: Actor) -> list[tuple[str, Actor, dict[str, Any]]]:
        """What can be done next without the public being told."""
        dossier = found.dossier
        if dossier.proposal == "made":
            eyes = {None, dossier.proposer_id, dossier.proposer_for_id}
            others = [by for by in self.actors if eyes.isdisjoint({by.officer_id, *by.absent_at(self.made.unit.id)})]
            leader = next((by for by in others if LEADER in by.roles_at(dossier.holder_unit_id)), None)
            return [] if leader is None else [("approve", leader, {}), ("send_back", leader, {"reason": "Xem lại."})]
        acts: list[tuple[str, Actor, dict[str, Any]]] = [
            *([("undo", whole, {"reason": "Nhầm."})] if found.steps[-1].act in WITHIN_THE_UNIT - {"undone"} else []),
            ("propose", whole, {"outcome": Outcome.REFUSED, "reason": "Không đủ."}),
            ("take_up", whole, {}) if dossier.keeper_id is None else ("give_back", whole, {"reason": "Quá tải."}),
        ]
        return acts

    @invariant()
    def what_rests_is_a_legal_life(self) -> None:
        found = record(self.session, self.made.reference)
        check_chain(found)
        dossier, steps = found.dossier, counting(found.steps)
        assert dossier.state == legal_state([step.act for step in steps])
        assert [step.at for step in found.steps] == sorted(step.at for step in found.steps)
        assert all((step.person_id is not None) == (step.act in BY_THE_PERSON) for step in steps)
        assert sum(step.act == "extended" for step in steps) == int(dossier.extended) <= 1
        assert (dossier.paused_at is not None) == (
            dossier.state in ("awaiting_supplement", "awaiting_duty") and dossier.received_at is not None
        )
        assert (dossier.due_at is None) == (dossier.received_at is None)
        assert (dossier.outcome is not None) == (dossier.state in ("resolved", "returned"))
        assert all((step.way is not None) == (step.act == "returned") for step in found.steps)
        assert all(step.postal_number is None or step.way == "post" for step in found.steps)
        self._check_holders(found)
        self._check_keepers(found)
        self._check_lent(found)
        self._check_opinions(found)
        self._check_due(found)

    def _check_keepers(self, found: Record) -> None:
        """Whoever has it has a role in the holding unit; what was proposed stands until it moves on or is answered."""
        dossier = found.dossier
        officers = {by.officer_id: by for by in self.actors if by.officer_id is not None}
        assert dossier.keeper_id is None or officers[dossier.keeper_id].roles_at(dossier.holder_unit_id)
        steps: list[Any] = []
        for step in counting(found.steps):  # what was undone never was, and its undoing neither
            if step.act != "undone":
                steps.append(step)
                continue
            undone = steps.pop()
            assert undone.act in WITHIN_THE_UNIT
            assert undone.n == step.n - 1
        last = next((step for step in reversed(steps) if step.act in MOVING | ANSWERS | {"proposed"}), None)
        expected = {"proposed": "made", "approved": "approved"}.get(last.act) if last else None
        assert dossier.proposal == expected
        for step in found.steps:
            if step.act in ANSWERS:
                proposed = next(one for one in reversed(found.steps[: step.n]) if one.act == "proposed")
                assert _eyes(step).isdisjoint(_eyes(proposed))

    def _check_lent(self, found: Record) -> None:
        """Who stood in for somebody did so in the unit and the days of the lending, and what that one could do."""
        officers = {by.officer_id: by for by in self.actors if by.officer_id is not None}
        for before, step in pairwise(found.steps):
            if step.officer_id is None:
                assert step.for_officer_id is None
                continue
            by = officers[step.officer_id]
            rows = [row for row in TABLE if row.act == step.act and row.before == step.before]
            wanted = frozenset[str]().union(*(row.roles or () for row in rows))
            assert wanted & (by if step.for_officer_id is None else by.in_place_of(step.for_officer_id)).roles_at(
                step.unit_id
            )
            if step.for_officer_id is not None:
                assert step.for_officer_id in by.absent_at(step.unit_id)
                assert local_day(step.at) <= self.until
            elif step.keeper_id in by.absent_at(step.unit_id) and step.act != "opinion_given":
                assert local_day(step.at) > self.until, "what the absent one has is worked on in their place"
            assert before.n == step.n - 1

    def _check_opinions(self, found: Record) -> None:
        """Each is asked once by a step and answered at most once by one; no unit has two to answer."""
        acts = [step.act for step in found.steps]
        assert acts.count("opinion_asked") == len(found.opinions)
        assert acts.count("opinion_given") == sum(one.given_at is not None for one in found.opinions)
        asked = [step.act for step in counting(found.steps)].count("opinion_asked")
        assert asked == sum(one.taken_back_at is None for one in found.opinions)
        waiting = [one.unit_id for one in self._open_opinions(found)]
        assert len(waiting) == len(set(waiting))

    def _check_due(self, found: Record) -> None:
        """The due instant moves by acts that say so, and by no other."""
        for before, step in pairwise(found.steps):
            assert step.due_at == before.due_at or step.act in DUE_MOVES | {"corrected"}, step.act
        for before, step in pairwise(counting(found.steps)):
            assert step.due_at == before.due_at or step.act in DUE_MOVES, step.act

    def _check_holders(self, found: Record) -> None:
        """Each act was done by the unit that held the dossier then, an opinion given by the one that was asked."""
        holder, before = found.dossier.unit_id, list[int]()
        asked = {one.given_step: one for one in found.opinions}
        for step in counting(found.steps):
            assert step.unit_id == (asked[step.n].unit_id if step.act == "opinion_given" else holder)
            if step.act == "passed":
                before.append(holder)
                holder = step.to_unit_id
            elif step.act == "passed_back":
                assert step.to_unit_id == before.pop()
                assert step.note
                holder = step.to_unit_id
            elif step.act == "resolved":
                holder = found.dossier.unit_id
        assert holder == found.dossier.holder_unit_id

    def _check_done(self, before: Record, done: Done, files: int) -> None:
        after = record(self.session, self.made.reference)
        assert (done.state, done.steps) == (after.dossier.state, len(after.steps))
        self.stood[len(after.steps) - 1] = after.dossier
        self._check_taken_back(after)
        assert after.steps[:-1] == before.steps
        public = after.steps[-1].act not in WITHIN_THE_UNIT
        assert (after.entries[:-1] if public else after.entries) == before.entries
        rows = sizes(self.session)
        grown = {table: rows[table] - self.rows[table] for table in rows}
        assert (grown["step"], grown["ledger_outbox"], grown["attachment"]) == (1, int(public), files)
        assert public or grown["letter"] == 0
        assert grown["letter"] == grown["procrastinate_jobs"] <= 1
        assert grown["dossier"] == grown["dossier_secret"] == grown["dossier_content"] == 0
        self.rows = rows

    def _check_taken_back(self, found: Record) -> None:
        """All that a dossier's row says is what it said before the act that was taken back."""
        if found.steps[-1].act != "corrected":
            return
        taken = next(step for step in reversed(found.steps[:-1]) if step.entry is not None)
        assert taken.act in MAY_BE_TAKEN_BACK
        aside = NEW_WITH_EACH_STEP | (BESIDE if taken.act in ("extended", "opinion_asked") else set())
        before, now = self.stood[taken.n - 1]._mapping, found.dossier._mapping
        assert {name: now[name] for name in now if name not in aside} == {
            name: before[name] for name in before if name not in aside
        }
        assert found.steps[-1].unit_id == taken.unit_id

    def _facts(self, data: st.DataObject, verb: str) -> dict[str, Any]:
        draw = data.draw
        match verb:
            case "decline" | "ask_supplement" | "withdraw":
                return {"reason": words(draw)}
            case "give_supplement":
                return {"message": words(draw), "files": [pdf() for _ in range(draw(st.integers(0, 2)))]}
            case "pass_on":
                return {"to_unit_id": draw(st.sampled_from([*self.unit_ids, 10**9])), "note": words(draw)}
            case "extend":
                return {"until": draw(st.dates(date(2020, 6, 10), date(2020, 7, 20))), "reason": words(draw)}
            case "resolve":
                outcome = draw(st.sampled_from([None, *Outcome]))
                return {"outcome": outcome, "reason": words(draw), "files": [pdf()] if draw(st.booleans()) else []}
            case "ask_opinion":
                unit_id = draw(st.sampled_from([*self.unit_ids, self.third_id, None]))
                return {"to_unit_id": unit_id, "question": words(draw), "hours": draw(st.sampled_from([None, 0, 8]))}
            case "give_opinion":
                known = [one.id for one in record(self.session, self.made.reference).opinions]
                return {"opinion_id": draw(st.sampled_from([*known, 10**9])), "answer": words(draw)}
            case "assign":
                officers = [by.officer_id for by in self.actors if by.officer_id is not None]
                return {"to_officer_id": draw(st.sampled_from([*officers, 10**9, None])), "note": words(draw)}
            case "propose":
                return {"outcome": draw(st.sampled_from([None, *Outcome])), "reason": words(draw)}
            case "give_back" | "pass_back" | "send_back" | "ask_duty" | "stop" | "undo" | "take_back":
                return {"reason": words(draw)}
            case "return_result":
                number = draw(st.sampled_from(["", "em 123 456 789 vn", "x" * 31, "số 1"]))
                return {"way": draw(st.sampled_from([None, *Way])), "postal_number": number, "note": words(draw)}
            case "approve" | "duty_done":
                return {"note": words(draw)}
        return {}


def _standing_in(session: Session, absent: Actor, double: Actor, unit_id: int) -> tuple[Actor, date]:
    """The officer with what is lent to them from the first day of every story, and until when it is."""
    assert absent.officer_id is not None and double.officer_id is not None
    first = local_day(AT)
    last = first + timedelta(days=29)
    wanted = stand_ins.Wanted(absent.officer_id, double.officer_id, unit_id, first, last, "Nghỉ phép")
    with unit_of_work(session):
        stand_ins.name(session, wanted, by=absent.officer_id, at=AT)
        lent = stand_ins.lent_to(session, double.officer_id, on=first)
    return replace(double, lent=lent), last


def test_random_lives_are_legal_and_told_in_full(session: Session) -> None:
    person, stranger = make_citizen(session), make_citizen(session)
    made = make_dossier(session, person)
    other = next(unit for unit in units.units_on(session, on=ON, level="district") if unit.id != made.unit.id)
    third = next(unit for unit in units.units_on(session, on=ON, level="commune") if unit.id != made.unit.id)
    Lives.session, Lives.person, Lives.unit_ids = session, person, [made.unit.id, other.id]
    Lives.third_id = third.id
    absent, double = staff(session, made.unit, [SPECIALIST, LEADER]), staff(session, made.unit, [RECEIVER])
    Lives.double, Lives.until = _standing_in(session, absent, double, made.unit.id)
    Lives.actors = [
        Actor.person(person.id),
        Actor.person(stranger.id),
        staff(session, made.unit),
        staff(session, other),
        staff(session, third),
        *(staff(session, made.unit, [role]) for role in (RECEIVER, SPECIALIST, LEADER)),
        absent,
        Lives.double,
    ]
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=30, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
