"""What a witness reads and writes: each reader against its writer, and against anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger.witness import memory, request
from portal.ledger.witness.memory import BadMemory, Known
from portal.ledger.witness.request import BadRequest, Request

hashes = st.binary(min_size=32, max_size=32)
sizes = st.integers(0, 10**19 - 1)
origins = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1)


@given(sizes, st.lists(hashes, max_size=63), st.binary(max_size=200))
def test_a_request_is_read_as_it_was_written(old: int, proof: list[bytes], note: bytes) -> None:
    asked = Request(old, tuple(proof), note)
    assert request.parse(request.render(asked)) == asked


@given(st.binary(max_size=300) | st.lists(st.sampled_from([b"old ", b"1", b"\n", b"A" * 43 + b"="])).map(b"".join))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    try:
        assert request.render(request.parse(data)) == data
    except BadRequest as error:
        assert str(error)


@given(sizes)
def test_a_size_is_read_as_it_was_written(size: int) -> None:
    assert request.parse_size(request.render_size(size)) == size


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"1", b"01\n", b"-1\n", b"1\n\n", b" 1\n", b"1" * 20 + b"\n", "١\n".encode()]
)
def test_any_other_form_of_a_size_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest):
        request.parse_size(data)


@given(st.dictionaries(origins, st.builds(Known, sizes, hashes), max_size=5))
def test_the_memory_is_read_as_it_was_written(logs: dict[str, Known]) -> None:
    assert memory.parse(memory.render(logs)) == logs


ONE = memory.render({"a": Known(7, bytes(32)), "b": Known(0, bytes(32))})


@pytest.mark.parametrize(
    "data",
    [
        ONE[:-1],
        ONE + b"\n",
        ONE + ONE,
        ONE.replace(b"7 ", b"07 "),
        ONE.replace(b" a\n", b" b\n"),
        ONE.replace(b" a\n", b" c\n"),
        ONE.replace(b"AAA= ", b"AAB= "),
        ONE.replace(b"\n", b"\r\n"),
        b"\n".join(reversed(ONE[:-1].split(b"\n"))),
        b"",
        b"\xff",
    ],
)
def test_any_other_form_of_the_memory_is_refused(data: bytes) -> None:
    with pytest.raises(BadMemory):
        memory.parse(data)
