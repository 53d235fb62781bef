"""An earlier version taken again: it becomes the newest one, and nothing of what was there is lost."""

from tests.procedures.files import content
from tests.studio.conftest import Page, Written


def twice_saved(written: Written) -> None:
    """Versions 2 and 3."""
    written.save("names", {"name-vi": ["Bản hai"], "name-en": ["Second"]})
    written.save("names", {"name-vi": ["Bản ba"], "name-en": ["Third"]})


def restore(written: Written, to: int | str, **sent: str) -> Page:
    return written.act("restore", {"to": str(to), **sent})


def trail(written: Written) -> Page:
    return written.editor.get(f"{written.address}/trail")


def test_each_earlier_version_can_be_taken_again_and_the_present_one_cannot(written: Written) -> None:
    twice_saved(written)
    page = trail(written)
    assert [f'name="to" value="{n}"' in page.source for n in (1, 2, 3)] == [True, True, False]


def test_the_text_is_as_it_was_and_what_it_replaced_stays_in_the_trail(written: Written) -> None:
    twice_saved(written)
    done = restore(written, 2)
    assert done.location == f"{written.address}/trail"
    assert written.find("name.en") == "Second"
    assert written.now.version == 4
    page = written.editor.get(done.location)
    assert "Đã lấy lại bản lưu 2" in page.text
    assert [step.act for step in written.now.trail] == ["begun", "saved", "saved", "restored"]
    restore(written, 3)
    assert written.find("name.en") == "Third"


def test_on_an_old_page_the_button_does_nothing_and_says_so(written: Written) -> None:
    twice_saved(written)
    before = written.now.content
    written.save("names", {"name-en": ["Theirs"]}, who=written.second)
    page = restore(written, 1, version="3")
    assert page.status == 303
    assert "Nguyễn Đức Mẫu Thịnh vừa lưu bản thảo này" in written.editor.get(page.location).text
    assert written.find("name.en") == "Theirs"
    assert written.now.content != before


def test_what_is_in_review_is_not_taken_back(written: Written) -> None:
    twice_saved(written)
    written.act("hand-in")
    assert 'name="to"' not in trail(written).source
    page = restore(written, 1)
    assert "không còn ở bước soạn" in written.editor.get(page.location).text
    assert written.find("name.en") == "Third"


def test_a_version_that_never_was_is_not_found(written: Written) -> None:
    for to in ("99", "0", "x", "", "99999999999"):
        assert restore(written, to).status == 404, to
    assert written.now.version == 1


def test_who_takes_a_version_back_has_written_and_does_not_approve(written: Written) -> None:
    twice_saved(written)
    page = written.second.post(f"{written.address}/restore", {"version": "3", "to": "2"})
    assert page.status == 303
    written.act("hand-in")
    assert written.act("approve", who=written.second).status == 409


def test_before_taking_it_again_one_sees_what_would_change(written: Written) -> None:
    twice_saved(written)
    address = f"{written.address}/difference?since=2"
    assert address in trail(written).links
    page = written.editor.get(address)
    assert "So với bản lưu 2" in page.text
    assert "Bản hai" in page.text
    assert "Bản ba" in page.text
    assert "chưa khác gì" in written.editor.get(f"{written.address}/difference?since=3").text
    assert written.editor.get(f"{written.address}/difference?since=99").status == 404
    assert written.editor.get(f"{written.address}/difference?since=x").status == 404


def test_a_new_procedure_can_be_taken_back_too(empty: Written) -> None:
    empty.take(content("9.000001"))
    assert "Thêm" in empty.editor.get(f"{empty.address}/difference?since=1").text
    restore(empty, 1)
    assert "name" not in empty.now.content or not empty.find("name.vi")
