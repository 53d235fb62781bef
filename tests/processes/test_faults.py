"""A process is read as it was written, and what is wrong with it is found before a dossier is stuck in it."""

import random
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from portal import fault_words
from portal.dossiers.transitions import UNDOABLE
from portal.procedures.schema import Fault
from portal.procedures.text import Text
from portal.process_words import fault_line
from portal.processes import definition, roads, sources
from portal.processes.definition import LEADING, parse, shape_faults, write
from portal.processes.faults import Known, faults, term_minutes
from tests.processes.making import content, step, usual

KEYS = ("a", "b", "c", "d", "e")
ways = st.dictionaries(st.sampled_from([act.value for act in LEADING]), st.sampled_from((*KEYS, "end")), max_size=4)
one_step = st.builds(
    lambda key, role, unit, hours, acts: step(key, role, unit, hours, **acts),
    st.sampled_from(KEYS),
    st.sampled_from(definition.ROLES),
    st.sampled_from(("receiving", "receiving", "superior", "H06.15")),
    st.one_of(st.none(), st.integers(1, 4000).map(lambda half: half / 2)),
    ways.filter(bool),
)
processes = st.lists(one_step, min_size=1, max_size=5, unique_by=lambda one: str(one["key"]))


def codes(steps: list[dict[str, Any]], known: Known | None = None) -> set[str]:
    return {fault.code for fault in faults(steps, known)}


def test_what_most_offices_do_has_no_fault() -> None:
    assert faults(usual()) == []


def test_the_files_of_the_pilot_are_right() -> None:
    found = sources.read(sources.find([sources.CATALOGUE]))
    assert sorted((one.code, one.agency) for one in found) == [
        ("1.001193", "H06.31.02"),
        ("1.001612", ""),
        ("2.000205", "H06.08"),
    ]


@pytest.mark.parametrize("act", sorted(act.value for act in UNDOABLE))
@pytest.mark.parametrize("role", definition.ROLES)
def test_nothing_that_may_be_undone_leads_out_of_a_process(act: str, role: str) -> None:
    """So a step that is undone always has a step to lead back to."""
    steps = [step("a", "specialist", proposed="b"), step("b", role, hours=1, resolved="end", **{act: "end"})]
    assert codes(steps) & {"ends_undecided", "role_may_not", "never_possible", "enum"}


@given(processes)
def test_a_process_is_written_as_it_was_read(steps: list[dict[str, Any]]) -> None:
    assert shape_faults(content(steps)) == []
    assert write(parse(steps)) == steps
    assert parse(write(parse(steps))) == parse(steps)


def test_the_schema_is_one_and_refuses_what_it_does_not_know() -> None:
    Draft202012Validator.check_schema(definition.document())
    assert [fault.code for fault in shape_faults({**content(usual()), "nature": 1})] == ["additionalProperties"]
    assert shape_faults(content([{**usual()[0], "room": 4}])) != []
    assert shape_faults(content(usual(hours=0.3))) != []


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([], "minItems"),
        ([*usual(), step("lost", "specialist", proposed="sign")], "unreachable"),
        (
            [*usual()[:2], step("sign", "leader", approved="issue"), step("issue", "specialist", proposed="sign")],
            "no_end",
        ),
        ([step("a", "specialist", proposed="a"), *usual()[1:]], "no_way_on_proposed"),
        ([step("a", "specialist", approved="b"), step("b", "specialist", resolved="end")], "role_may_not"),
        ([step("a", "leader", approved="b"), step("b", "specialist", resolved="end")], "never_possible"),
        ([step("a", "leader", approved="b"), step("b", "specialist", resolved="end")], "no_way_on"),
        ([step("a", "receiver", taken_up="b"), step("b", "receiver", assigned="a")], "nothing_resolves"),
        ([step("a", "receiver", taken_up="b"), step("b", "receiver", assigned="a")], "no_way_out"),
        ([step("a", "specialist", proposed="gone")], "leads_nowhere"),
        ([step("a", "specialist", assigned="end", resolved="end")], "ends_undecided"),
        (
            [step("a", "receiver", "superior", assigned="b"), step("b", "leader", "superior", resolved="end")],
            "first_elsewhere",
        ),
        ([step("a", "receiver", assigned="b"), step("b", "leader", "superior", resolved="end")], "not_passed"),
        ([step("a", "receiver", passed="b"), step("b", "leader", resolved="end")], "passed_to_itself"),
        ([step("a", "leader", resolved="b"), step("b", "receiver", "superior", returned="end")], "result_elsewhere"),
        ([step("a", "leader", resolved="b"), step("b", "specialist", assigned="b")], "no_way_on_decided"),
        ([step("a", "leader", resolved="end"), step("a", "leader", resolved="end")], "step_twice"),
    ],
)
def test_a_fault_is_named(steps: list[dict[str, Any]], code: str) -> None:
    assert code in codes(steps)


def test_an_act_twice_is_named() -> None:
    doubled = step("a", "leader", resolved="end")
    doubled["acts"] *= 2
    assert codes([doubled]) == {"act_twice"}


def test_hours_are_held_against_the_shortest_term() -> None:
    known = Known(terms=[("online", term_minutes(3, "working_days"))])
    assert codes(usual(hours=6), known) == set()
    assert codes(usual(hours=6.5), known) == {"over_the_term"}


def test_hours_of_two_ways_are_not_added_up() -> None:
    """Only the longer one can be gone."""
    steps = [
        step("a", "receiver", hours=1, assigned="b", taken_up="c"),
        step("b", "specialist", hours=5, resolved="end"),
        step("c", "specialist", hours=6, resolved="end"),
    ]
    assert roads.longest(parse(steps)) == (7 * 60, ("a", "c"))


def test_time_after_the_decision_does_not_count() -> None:
    steps = [step("a", "leader", hours=2, resolved="b"), step("b", "receiver", hours=40, returned="end")]
    assert roads.longest(parse(steps)) == (120, ("a",))


def test_units_are_held_against_the_register() -> None:
    steps = [
        step("a", "specialist", passed="b"),
        step("b", "specialist", "H06.15", resolved="end"),
    ]
    assert codes(steps, Known(agencies=frozenset({"H06.15"}))) == set()
    assert codes(steps, Known(agencies=frozenset())) == {"unit_unknown"}
    gone = [("H06.31.01", {"receiving": 1, "H06.15": None})]
    assert codes(steps, Known(agencies=frozenset({"H06.15"}), units=gone)) == {"unit_means_none"}
    one = [("H06.15", {"receiving": 7, "H06.15": 7})]
    assert codes(steps, Known(agencies=frozenset({"H06.15"}), units=one)) == {"one_unit_there"}


@given(processes, st.integers(0, 2**32))
@settings(max_examples=300)
def test_whoever_follows_a_process_without_faults_comes_to_its_end(steps: list[dict[str, Any]], seed: int) -> None:
    """A random walk never stops before the end, and from wherever it is the end can be reached."""
    process = parse(steps)
    if faults(steps):
        return
    walk(process, seed)


@given(st.data(), st.integers(0, 2**32))
@settings(max_examples=200)
def test_so_does_whoever_follows_a_changed_usual_one(data: st.DataObject, seed: int) -> None:
    steps = usual()
    for _ in range(data.draw(st.integers(0, 3))):
        chosen = data.draw(st.sampled_from(steps))
        act = data.draw(st.sampled_from([act.value for act in LEADING]))
        to = data.draw(st.sampled_from([*(one["key"] for one in steps), "end"]))
        chosen["acts"] = [way for way in chosen["acts"] if way["act"] != act] + [{"act": act, "to": to}]
    if not faults(steps):
        walk(parse(steps), seed)


def walk(process: definition.Process, seed: int) -> None:
    chance = random.Random(seed)
    place: roads.Place | None = roads.beginning(process)
    out = roads.with_way_out(roads.places(process))
    for _ in range(200):
        if place is None:
            return
        assert place in out
        if chance.random() < 0.1:
            place = roads.interrupted(place)
            continue
        led = [to for _way, to in roads.open_ways(process, place)]
        assert led, place
        place = chance.choice(led)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fault_has_words(app: Flask, language: str) -> None:
    named = {
        *("step_twice", "act_twice", "first_elsewhere", "role_may_not", "leads_nowhere", "ends_undecided"),
        *("result_elsewhere", "passed_to_itself", "not_passed", "nothing_resolves", "no_end", "unreachable"),
        *("no_way_on", "no_way_on_proposed", "no_way_on_approved", "no_way_on_decided", "no_way_out"),
        *("never_possible", "over_the_term", "unit_unknown", "unit_means_none", "one_unit_there"),
        *("procedure_unknown", "agency_not_receiving", "version_published", "begins_before_another"),
    }
    facts = {"name": Text("Ký", "Sign"), "to": Text("Trả", "Give"), "act": "proposed", "role": "leader", "key": "a"}
    with app.test_request_context("/"), force_locale(language):
        general = fault_words.sentence("something_new", {})
        for code in sorted(named):
            line = next(fault_line(Fault("steps[1]", code, {**facts, "value": "H06", "number": 1, "next": 2})))
            assert line.startswith(("Bước 2: ", "Step 2: ")), line
            assert general not in line, code
            assert "%" not in line, line
