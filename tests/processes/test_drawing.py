"""The picture keeps its boxes apart, its words inside them, and shows every way."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.processes.drawing import BOX, Shown, draw

words = st.text("abcdefghi ÂĐỆ", min_size=1, max_size=160).map(str.strip).filter(bool)


@st.composite
def shown(pick: Any) -> list[Shown]:
    count = pick(st.integers(1, 12))
    ways = st.lists(st.tuples(st.just("Chuyển đơn vị"), st.integers(0, count)), max_size=4)
    return [Shown(pick(words), [pick(words)], pick(ways), [pick(words)]) for _ in range(count)]


@given(shown())
def test_boxes_lie_below_each_other_with_their_words_inside(steps: list[Shown]) -> None:
    picture = draw(steps, end="Xong")
    assert len(picture.boxes) == len(steps) + 1
    for above, below in zip(picture.boxes, picture.boxes[1:], strict=False):
        assert above.y + above.height < below.y
    for box in picture.boxes:
        for line in box.lines:
            assert box.y < line.y < box.y + box.height
    assert picture.boxes[-1].y + picture.boxes[-1].height < picture.height


@given(shown())
def test_every_way_is_drawn(steps: list[Shown]) -> None:
    picture = draw(steps, end="Xong")
    pairs = {(place, to) for place, step in enumerate(steps) for _act, to in step.ways}
    assert len(picture.arrows) == len(pairs) == len(picture.heads)
    assert picture.width >= BOX


def test_it_is_no_wider_than_a_telephone() -> None:
    """A usual process, with what is sent back and what goes past a step."""
    ways = ([("Trình", 1)], [("Duyệt", 2), ("Trả lại", 0)], [("Trả", 3)])
    steps = [Shown("x" * 28, ["y" * 36], some, []) for some in ways]
    assert draw(steps, end="Xong").width <= 290
