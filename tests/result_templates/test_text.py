"""The text of a template: what its few marks mean, and that what fills them is shown and never read."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.papers import ResultFacts, ResultLine, result_paper
from portal.procedures.procedure import of_content
from portal.result_templates import faults, marks, markup, samples
from tests.papers.test_forms import assert_sound, words
from tests.procedures.files import content

FACTS = ResultFacts(
    title="Quyết định chấp thuận",
    number="12/QĐ-UBND",
    reference="H06.31.01-261123-0001",
    agency="Ủy ban nhân dân Phường 1",
    superior="Ủy ban nhân dân thành phố Vũng Tàu",
    place="Vũng Tàu",
    at=datetime(2026, 11, 23, 3, 5, tzinfo=UTC),
    lines=(),
    officer="Trần Văn Mẫu Bình",
    officer_title="Chủ tịch",
    recipients=("Như trên", "Lưu: VT"),
    look_up_address="https://portal.example/track?reference=H06.31.01-261123-0001",
    made_from="1.001193-granted-1",
)


def paper(body: str, values: dict[str, str] | None = None) -> bytes:
    lines = [ResultLine(one.kind, one.words, one.number) for one in markup.fill(markup.read(body), values or {})]
    return result_paper(replace(FACTS, lines=lines))


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [
        ("# Tiêu đề", "heading", "Tiêu đề"),
        ("## Mục", "subheading", "Mục"),
        ("- một", "bullet", "một"),
        ("7. bảy", "numbered", "bảy"),
        ("-> giữa <-", "centred", "giữa"),
        ("#không cách", "paragraph", "#không cách"),
        ("2026 là năm", "paragraph", "2026 là năm"),
        ("-không cách", "paragraph", "-không cách"),
    ],
)
def test_how_a_line_begins_says_what_it_is(line: str, kind: str, said: str) -> None:
    (block,) = markup.read(f"\n  {line}  \n\n")
    assert (block.kind, block.line, [one.text for one in block.pieces]) == (kind, 2, [said])


def test_bold_stands_between_stars_and_may_hold_marks() -> None:
    (block,) = markup.read("Cho **ông {{ applicant }}** và **bà**.")
    filled = markup.fill([block], {"applicant": "A ** B"})
    assert filled[0].words == (
        ("Cho ", False),
        ("ông ", True),
        ("A ** B", True),
        (" và ", False),
        ("bà", True),
        (".", False),
    )
    assert list(markup.broken(block)) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [("a **b", "bold_not_closed"), ("{{ a b }}", "mark_broken"), ("{{ a", "mark_broken"), ("a }} b", "mark_broken")],
)
def test_what_is_half_written_is_found(line: str, code: str) -> None:
    (block,) = markup.read(line)
    assert list(markup.broken(block)) == [code]


def test_a_mark_alone_in_its_line_gives_as_many_lines_as_its_value_has() -> None:
    values = {"many": "một\n\n hai ", "none": ""}
    filled = markup.fill(markup.read("1. a\n2. {{ many }}\n3. c\nx: {{ many }}\n- {{ none }}"), values)
    assert [(one.kind, one.number, "".join(text for text, _bold in one.words)) for one in filled] == [
        ("numbered", 1, "a"),
        ("numbered", 2, "một"),
        ("numbered", 3, "hai"),
        ("numbered", 4, "c"),
        ("paragraph", 0, "x: một; hai"),
        ("bullet", 0, ""),
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["{{ a }}", "- **{{ a }}**", "x {{ a }} y", "# {{ a }}"]))
def test_a_value_is_one_text_whatever_it_looks_like(value: str, line: str) -> None:
    filled = markup.fill(markup.read(line), {"a": value})
    said = "".join(text for one in filled for text, _bold in one.words)
    kept = [part.strip() for part in value.splitlines() if part.strip()]
    assert all(part in said for part in kept)
    assert {one.kind for one in filled} == {markup.read(line)[0].kind}


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_whatever_was_written_is_shown_and_never_read(text: str) -> None:
    line = " ".join(text.split())
    hostile = f"#panic() ${line}$ *x* <a> `y` @z **b** {{{{ applicant }}}} // c \\u{{41}} #set page(width: 1cm)"
    made = paper(
        "# {{ a }}\n- **{{ a }}**\n1. x {{ a }} y\n-> {{ a }} <-\n{{ a }}\nTên: {{ b }}", {"a": hostile, "b": hostile}
    )
    said = words(made)
    assert said.count("#panic()") == 6
    assert said.count("*x* <a> `y` @z **b** {{ applicant }} // c \\u{41}") >= 1
    assert said.count("{{ applicant }}") >= 1


def test_the_paper_is_sound_and_the_same_twice(tmp_path: Path) -> None:
    body = "# QUYẾT ĐỊNH\n" + "Một đoạn dài để sang trang. \n" * 90 + "- **cuối**"
    made = paper(body)
    assert made == paper(body)
    assert_sound(made, tmp_path)
    assert "Số: 12/QĐ-UBND" in words(made)
    assert "DEMO" not in words(made)


def test_every_answer_that_can_be_printed_has_a_mark_and_a_sample() -> None:
    form = of_content(0, content(), ends_at=None).form
    found = samples.of_form(form, "vi")
    assert set(found) == set(marks.answers_of(form))
    assert all(found.values())
    body = "\n".join(f"{{{{ {name} }}}}" for name in marks.known(form))
    assert faults.faults("Tên", body, form) == []
    assert faults.dropped(body + "\n{{ form.gone }} {{ nothing }}", form) == ("form.gone",)
