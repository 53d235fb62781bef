"""Two editors on one manuscript: the second is told what the first did, and loses nothing that was typed."""

from tests.studio.conftest import Written

FIELD = "form.sections[0].fields[0]"


def test_the_second_save_is_told_what_changed_and_keeps_its_text(written: Written) -> None:
    stale = {**written.raw("names"), "summary-vi": ["Của tôi."]}
    written.save("names", {"summary-vi": ["Của người khác."], "name-en": ["Their name"]}, who=written.second)
    page = written.editor.post(f"{written.address}/sheet/names", stale)
    assert page.status == 409
    assert "Nguyễn Đức Mẫu Thịnh vừa lưu bản thảo này" in page.text
    assert page.value("summary-vi") == "Của tôi."
    assert "Của người khác." in page.text
    assert page.value("name-en") == "Their name", "what only the other changed is taken over"
    assert written.find("summary.vi") == "Của người khác."
    again = {**stale, "name-en": [page.value("name-en")], "version": [page.value("version")]}
    assert written.editor.post(f"{written.address}/sheet/names", again).status == 303
    assert (written.find("summary.vi"), written.find("name.en")) == ("Của tôi.", "Their name")


def test_a_field_that_was_moved_is_found_again(written: Written) -> None:
    stale = {**written.raw(FIELD), "label-vi": ["Câu hỏi mới"]}
    key = written.find(f"{FIELD}.key")
    written.act("arrange", {"place": "form/sections/0/fields/0", "act": "down"}, who=written.second)
    page = written.editor.post(written.address_of(FIELD), stale)
    assert page.status == 409
    assert page.value("label-vi") == "Câu hỏi mới"
    now = {**stale, "version": [page.value("version")]}
    assert written.editor.post(written.address_of("form.sections[0].fields[1]"), now).status == 303
    moved = written.find("form.sections[0].fields[1]")
    assert (moved["key"], moved["label"]["vi"]) == (key, "Câu hỏi mới")


def test_what_was_typed_about_a_field_that_is_gone_can_be_copied(written: Written) -> None:
    stale = {**written.raw(FIELD), "label-vi": ["Câu hỏi mất chỗ"]}
    written.act("remove/form/sections/0/fields/0", who=written.second)
    page = written.editor.post(written.address_of(FIELD), stale)
    assert page.status == 409
    assert "Phần này không còn trong bản thảo" in page.text
    assert "Câu hỏi mất chỗ" in page.text


def test_a_button_pressed_on_an_old_page_does_nothing(written: Written) -> None:
    before = written.find("form.sections[0].fields")
    version = str(written.now.version)
    written.save("names", {"name-en": ["Changed"]}, who=written.second)
    for address, data in (
        ("arrange", {"place": "form/sections/0/fields/0", "act": "down"}),
        ("remove/form/sections/0/fields/0", {}),
    ):
        page = written.editor.post(f"{written.address}/{address}", {"version": version, **data})
        assert page.status == 303
        assert "vừa lưu bản thảo này" in written.editor.get(page.location).text
    assert written.find("form.sections[0].fields") == before


def test_adding_on_an_old_page_keeps_the_words(written: Written) -> None:
    written.save("names", {"name-en": ["Changed"]}, who=written.second)
    typed = {"version": "1", "title-vi": "Phần mới", "title-en": "New"}
    page = written.editor.post(f"{written.address}/add/form/sections", typed)
    assert page.status == 409
    assert page.value("title-vi") == "Phần mới"
    again = {**typed, "version": page.value("version")}
    assert written.editor.post(f"{written.address}/add/form/sections", again).status == 303
