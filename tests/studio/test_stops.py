"""Early stops: of a section and of the whole form; written, arranged, and met in the preview as citizens meet them."""

from typing import Any

import pytest

from tests.procedures.files import content
from tests.procedures.forms import field, sections, words
from tests.studio.conftest import Written

STOPS = "form.stops"
ADD = "add/form/stops"


def stop(vi: str, value: str = "yes", **members: Any) -> dict[str, Any]:
    return {"when": {"field": "born_here", "in": [value]}, "text": words(vi), **members}


def form(*stops: dict[str, Any], **of_first: Any) -> dict[str, Any]:
    made = sections(first=[field("yes_no", "born_here", required=True)], second=[field("text", "name", required=True)])
    made["sections"][0] |= of_first
    return {**made, "stops": list(stops)} if stops else made


@pytest.fixture
def begun(empty: Written) -> Written:
    empty.take(content("9.000001", form=form()))
    return empty


def texts(written: Written) -> list[str]:
    return [one["text"]["vi"] for one in written.find(STOPS)]


def test_a_stop_of_the_whole_form_is_added_written_and_found_again(begun: Written) -> None:
    page = begun.editor.get(f"{begun.address}/lists/form")
    assert f"{begun.address}/{ADD}" in page.links
    added = begun.act(ADD, {"text-vi": "Không cần nữa.", "text-en": "Not needed."})
    assert added.location == f"{begun.address}/things/form/stops/0"
    begun.save(f"{STOPS}[0]", {"when-new": ["born_here"]})
    begun.save(f"{STOPS}[0]", {"when-0-values": ["yes"], "procedure": ["1.001193"]})
    assert begun.find(STOPS) == [
        {
            "text": {"vi": "Không cần nữa.", "en": "Not needed."},
            "when": {"field": "born_here", "in": ["yes"]},
            "procedure": "1.001193",
        }
    ]
    shown = begun.editor.get(f"{begun.address}/lists/form")
    assert "Không cần nữa." in shown.text
    assert begun.address_of(f"{STOPS}[0]") in shown.links


def test_stops_of_the_whole_form_are_arranged(empty: Written) -> None:
    empty.take(content("9.000001", form=form(stop("Một."), stop("Hai.", "no"))))
    moved = empty.act("arrange", {"place": "form/stops/0", "act": "down"})
    assert moved.location.endswith("/lists/form#at-form-stops-1")
    assert texts(empty) == ["Hai.", "Một."]
    empty.act("arrange", {"place": "form/stops/1", "act": "up"})
    empty.act("arrange", {"place": "form/stops/0", "act": "copy"})
    assert texts(empty) == ["Một.", "Một.", "Hai."]
    assert "Bỏ" in empty.editor.get(f"{empty.address}/remove/form/stops/1").text
    gone = empty.act("remove/form/stops/1")
    assert gone.location.endswith("/lists/form#at-form-stops")
    assert texts(empty) == ["Một.", "Hai."]
    source = empty.editor.get(f"{empty.address}/lists/form").source
    for anchor in ("at-form-stops", "at-form-stops-0", "at-form-stops-1"):
        assert f'id="{anchor}"' in source


def test_a_button_pressed_on_an_old_page_does_nothing(empty: Written) -> None:
    empty.take(content("9.000001", form=form(stop("Một."), stop("Hai.", "no"))))
    old = {"version": str(empty.now.version), "place": "form/stops/0", "act": "down"}
    empty.save("names", {"name-en": ["Changed"]}, who=empty.second)
    page = empty.editor.post(f"{empty.address}/arrange", old)
    assert "vừa lưu bản thảo này" in empty.editor.get(page.location).text
    assert texts(empty) == ["Một.", "Hai."]


def test_removing_a_question_says_which_stops_hang_on_it(empty: Written) -> None:
    empty.take(content("9.000001", form=form(stop("Cả mẫu."), stops=[stop("Riêng phần.")])))
    page = empty.editor.get(f"{empty.address}/remove/form/sections/0/fields/0")
    assert "Những chỗ dừng sớm này dựa vào câu trả lời ở đây" in page.text
    assert "Cả mẫu." in page.text
    assert "Riêng phần." in page.text
    assert "dựa vào" not in empty.editor.get(f"{empty.address}/remove/form/sections/1/fields/0").text
    whole = empty.editor.get(f"{empty.address}/remove/form/sections/0")
    assert "Cả mẫu." in whole.text
    assert "Riêng phần." not in whole.text, "it goes with its section"


def test_no_more_than_ten_can_be_added(empty: Written) -> None:
    empty.take(content("9.000001", form=form(*(stop(f"Chỗ {n}.") for n in range(10)))))
    page = empty.act(ADD, {"text-vi": "Chỗ nữa.", "text-en": "One more."})
    assert page.status == 422
    assert "Danh sách đã đầy" in page.text


@pytest.mark.parametrize(
    "asked",
    [form(stop("Không cần nữa.", procedure="1.001193")), form(stops=[stop("Không cần nữa.", procedure="1.001193")])],
    ids=["of the form", "of the section"],
)
def test_the_preview_stops_where_citizens_are_stopped(empty: Written, asked: dict[str, Any]) -> None:
    empty.take(content("9.000001", form=asked))
    address = f"{empty.address}/preview/vi/first"
    assert "Không cần nữa." not in empty.editor.post(address, {"born_here": "no"}).text
    met = empty.editor.post(address, {"born_here": "yes"})
    assert "Có thể bạn không cần thủ tục này" in met.text
    assert "Không cần nữa." in met.text
    assert "Xem thủ tục: Đăng ký khai sinh" in met.text
    assert met.value("born_here") == "yes"
    back = empty.editor.post(address, {"born_here": "yes", "then": "again"})
    assert 'value="yes" checked' in back.source
    on = empty.editor.post(address, {"born_here": "yes", "then": "past"})
    assert "Mục name" in on.text
    assert on.value("born_here") == "yes"
