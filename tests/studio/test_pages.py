"""The studio's pages: everything about a procedure can be written in them, by plain forms."""

import io
from typing import Any

import pytest

from portal.procedures import members, places
from tests.procedures import every_type
from tests.procedures.test_editing import all_things
from tests.studio.conftest import CODE, Editor, Written


def test_the_list_shows_manuscripts_and_procedures(written: Written) -> None:
    page = written.editor.get("/studio")
    assert page.status == 200
    assert "Bản thảo đang mở" in page.text
    assert written.address in page.links
    assert "Soạn bản mới" in page.text


def test_the_list_is_searched_by_name_or_code(editor: Editor) -> None:
    assert CODE in editor.get(f"/studio?q={CODE}").text
    assert CODE in editor.get("/studio?q=khai+sinh").text
    assert "Không có thủ tục nào" in editor.get("/studio?q=kh%C3%B4ng+h%E1%BB%81+c%C3%B3+xyz").text


def test_a_new_procedure_is_begun_under_a_code_that_is_free(editor: Editor) -> None:
    assert editor.post("/studio/new", {"code": "abc"}).status == 422
    assert "đã có thủ tục" in editor.post("/studio/new", {"code": CODE}).text
    begun = editor.post("/studio/new", {"code": "9.000001"})
    assert begun.status == 303
    assert "Thủ tục chưa có tên" in editor.get(begun.location).text


def test_beginning_twice_leads_to_the_manuscript_that_is_open(written: Written, second: Editor) -> None:
    again = second.post(f"/studio/procedures/{CODE}/revise")
    assert again.location == written.address
    assert "đang có một bản thảo" in second.get(written.address).text


def test_the_overview_leads_to_every_part_and_every_part_opens(written: Written) -> None:
    overview = written.editor.get(written.address)
    mine = [link for link in overview.links if link.startswith(written.address)]
    assert len(mine) >= 12
    for link in mine:
        assert written.editor.get(link).status == 200, link


def test_every_thing_of_a_procedure_has_its_page(written: Written) -> None:
    opened = 0
    for place in all_things(written.now.content):
        if places.kind(place) in ("step", "fee", "legal_basis", "option", "result"):
            continue
        page = written.editor.get(written.address_of(places.words(place)))
        assert page.status == 200, places.words(place)
        opened += 1
    assert opened > 30


@pytest.mark.parametrize("part", members.SHEET)
def test_a_part_of_the_sheet_is_saved_and_shown_again(written: Written, part: str) -> None:
    untouched = written.save(part, {})
    assert untouched.location == written.address
    assert written.now.version == 1, "nothing was changed"


def test_a_name_is_written_in_both_languages(empty: Written) -> None:
    sent = empty.save(
        "names", {"name-vi": ["Cấp biển số nhà"], "name-en": ["House number"], "keywords": ["biển số\nsố nhà"]}
    )
    assert sent.status == 303
    assert empty.find("name") == {"vi": "Cấp biển số nhà", "en": "House number"}
    assert empty.find("keywords") == ["biển số", "số nhà"]
    assert "Cấp biển số nhà" in empty.editor.get(empty.address).text


def test_a_name_without_english_is_marked_as_vietnamese_on_the_english_page(empty: Written) -> None:
    """So that a screen reader says it right (WCAG 3.1.2)."""
    empty.save("names", {"name-vi": ["Cấp biển số nhà"]})
    assert '<span lang="vi">Cấp biển số nhà</span>' in empty.editor.get("/studio?lang=en").source
    empty.save("names", {"name-vi": ["Cấp biển số nhà"], "name-en": ["House number"]})
    assert "<span lang=" not in empty.editor.get("/studio?lang=en").source.split("House number")[0].rpartition("<th")[2]


def test_steps_are_rows_that_move_and_go(written: Written) -> None:
    before = written.find("steps")
    written.save("steps", {"then": ["steps:0:down"]})
    assert written.find("steps")[:2] == [before[1], before[0]]
    written.save("steps", {"then": ["steps:0:remove"]})
    assert written.find("steps")[0] == before[0]
    count = len(before) - 1
    raw = {"steps-rows": [str(count + 1)], f"steps-{count}-text-vi": ["Bước mới"], f"steps-{count}-text-en": ["New"]}
    written.save("steps", raw)
    assert written.find("steps")[-1] == {"vi": "Bước mới", "en": "New"}


@pytest.mark.parametrize("kind", members.FIELD_TYPES)
def test_a_field_of_every_type_is_added_and_has_a_page(empty: Written, kind: str) -> None:
    version = {"version": "1"}
    section = empty.editor.post(
        f"{empty.address}/add/form/sections", {**version, "title-vi": "Người nộp", "title-en": "You"}
    )
    assert section.location == f"{empty.address}/things/form/sections/0"
    added = empty.editor.post(
        f"{empty.address}/add/form/sections/0/fields",
        {"version": "2", "label-vi": "Mục thử", "label-en": "A field", "choice": kind},
    )
    assert added.location == f"{empty.address}/things/form/sections/0/fields/0"
    assert empty.find("form.sections[0].fields[0].key") == "muc_thu"
    assert empty.editor.get(added.location).status == 200
    assert empty.save("form.sections[0].fields[0]", {}).status == 303
    assert empty.now.version == 3
    required = empty.save("form.sections[0].fields[0]", {"help-vi": ["Giúp"], "help-en": ["Help"]})
    assert required.status == 303
    assert empty.find("form.sections[0].fields[0].help") == {"vi": "Giúp", "en": "Help"}


@pytest.mark.parametrize(
    ("where", "data", "made"),
    [
        (
            "cases",
            {"name-vi": "Cấp lại", "name-en": "Again"},
            {"name": {"vi": "Cấp lại", "en": "Again"}, "components": []},
        ),
        (
            "cases/0/components",
            {"name-vi": "Đơn", "name-en": "Form"},
            {"key": "don", "name": {"vi": "Đơn", "en": "Form"}, "originals": 1, "copies": 0, "required": True},
        ),
        ("offers", {"agencies": "H06.31"}, {"agencies": ["H06.31"], "channels": []}),
    ],
)
def test_things_are_added(empty: Written, where: str, data: dict[str, str], made: dict[str, Any]) -> None:
    added = empty.editor.post(f"{empty.address}/add/{where}", {"version": "1", **data})
    assert added.status == 303
    assert empty.find(places.words(places.of_address(where) or ()))[-1] == made
    assert empty.editor.get(added.location).status == 200


def test_what_was_forgotten_is_asked_for_beside_its_field(empty: Written) -> None:
    page = empty.editor.post(f"{empty.address}/add/form/sections", {"version": "1", "title-en": "You"})
    assert page.status == 422
    assert page.error("title-vi")
    assert page.value("title-en") == "You"


def test_the_list_is_arranged_by_buttons(written: Written) -> None:
    def keys() -> list[str]:
        return [field["key"] for field in written.find("form.sections[0].fields")]

    before = keys()
    moved = written.act("arrange", {"place": "form/sections/0/fields/0", "act": "down"})
    assert moved.location.endswith("#at-form-sections-0-fields-1")
    assert keys()[:2] == [before[1], before[0]]
    written.act("arrange", {"place": "form/sections/0/fields/0", "act": "copy"})
    assert keys()[1] == f"{before[1]}_2"
    written.act("remove/form/sections/0/fields/1")
    assert keys()[:2] == [before[1], before[0]]
    top = written.act("arrange", {"place": "form/sections/0/fields/0", "act": "up"})
    assert top.status == 303
    assert "Đã ở trên cùng" in written.editor.get(top.location).text


def test_removing_says_what_hangs_on_it(written: Written) -> None:
    fields = [
        (number, at, field)
        for number, section in enumerate(written.find("form.sections"))
        for at, field in enumerate(section["fields"])
    ]
    decider = next(field["show_if"]["field"] for _n, _at, field in fields if field.get("show_if"))
    number, at = next((n, at) for n, at, field in fields if field["key"] == decider)
    page = written.editor.get(f"{written.address}/remove/form/sections/{number}/fields/{at}")
    assert page.status == 200
    assert "được hỏi tùy câu trả lời ở đây" in page.text


def test_the_check_leads_to_the_place_of_every_finding(empty: Written) -> None:
    empty.editor.post(f"{empty.address}/add/form/sections", {"version": "1", "title-vi": "Người nộp"})
    page = empty.editor.get(f"{empty.address}/check")
    assert "Phải sửa trước khi công bố" in page.text
    links = [link for link in page.links if link.startswith(empty.address)]
    assert len(links) > 5
    for link in links:
        assert empty.editor.get(link.partition("#")[0]).status == 200, link


@pytest.mark.parametrize(
    "address",
    [
        "/studio/manuscripts/999999",
        "{}/sheet/nothing",
        "{}/lists/nothing",
        "{}/things/form/sections/99",
        "{}/things/steps/0",
        "{}/things/name",
        "{}/add/steps",
        "{}/add/form/sections/99/fields",
        "{}/remove/code",
        "{}/preview/vi/nothing/more",
    ],
)
def test_what_is_not_there_is_not_found(written: Written, address: str) -> None:
    assert written.editor.get(address.format(written.address)).status == 404


def test_the_text_goes_out_as_a_file_and_comes_in_again(written: Written, empty: Written) -> None:
    sent = written.editor.get(f"{written.address}/file")
    assert sent.response.headers["Content-Disposition"].startswith("attachment")
    data = {"version": "1", "file": (io.BytesIO(sent.response.data), "x.json")}
    taken = empty.editor.post(f"{empty.address}/import", data, content_type="multipart/form-data")
    assert taken.status == 303
    assert empty.find("form") == written.find("form")
    assert empty.now.content["code"] == "9.000001"


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\xff\xfe", b"[1, 2]", b"{", b"a: &x [*x]", b"x" * 300_000, b"a: .nan", b"a: " + b"1" * 5000),
        b'{"a": "\\ud800"}',
    ],
)
def test_a_file_that_is_none_changes_nothing(empty: Written, data: bytes) -> None:
    before = empty.now.content
    sent = {"version": "1", "file": (io.BytesIO(data), "x.json")}
    page = empty.editor.post(f"{empty.address}/import", sent, content_type="multipart/form-data")
    assert page.status == 422
    assert page.error("file")
    assert empty.now.content == before


def test_the_trail_says_who_did_what(written: Written) -> None:
    written.save("names", {"name-en": ["Birth"]})
    page = written.editor.get(f"{written.address}/trail")
    assert "Bắt đầu bản thảo" in page.text
    assert "Lâm Thị Mẫu Trang" in page.text


def test_the_list_of_channels_says_their_terms_as_the_page_does(written: Written) -> None:
    page = written.editor.get(f"{written.address}/lists/channels")
    assert "Trong ngày làm việc" in page.text
    assert "(thời hạn ghi 1)" not in page.text


def test_a_formula_is_told_what_it_may_be_made_of(empty: Written) -> None:
    empty.take({**every_type.procedure(), "code": "9.000001"})
    page = empty.editor.get(f"{empty.address}/things/form/sections/2/fields/1")
    for written_so in ("age", "area", "dem(goods)", "tong(goods, .count)", "tong(goods, .price)"):
        assert f">{written_so}</code>" in page.source
    for not_to_be_counted in ("name", "total", "deposit"):
        assert f">{not_to_be_counted}</code>" not in page.source
