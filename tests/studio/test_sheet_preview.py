"""The procedure's page before it is published: the one that citizens will read, under its true number."""

import html
import re

import pytest

from tests.procedures.files import content
from tests.procedures.forms import field, sections
from tests.studio.conftest import CODE, Page, Written
from tests.studio.test_review import approved, publish

OF_THE_PUBLICATION = re.compile(
    r"Tờ khai để trống, bản in$|PDF\. In ra|Bản \d|Không có thông tin|\d\d/|.*QĐ-|Cơ sở dữ liệu quốc gia về"
)


def main(page: Page) -> list[str]:
    """The page's words, line by line, without what only publishing adds."""
    source = page.source.partition("<main")[2].partition("</main>")[0]
    words = html.unescape(re.sub(r"<[^>]+>", "\n", source))
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return [line for line in lines if not OF_THE_PUBLICATION.match(line)]


def preview(written: Written, tongue: str = "vi") -> Page:
    return written.editor.get(f"{written.address}/preview/{tongue}")


def test_it_is_the_public_page_word_for_word(written: Written) -> None:
    page = preview(written)
    assert page.status == 200
    assert main(page) == main(written.editor.get(f"/procedures/{CODE}"))
    assert 'href="/procedures/1.001193/apply"' not in page.source
    first = written.find("form.sections[0].key")
    assert f"{written.address}/preview/vi/{first}" in page.links


def test_what_is_written_is_seen_at_once(written: Written) -> None:
    written.save("names", {"summary-vi": ["Tóm tắt mới."], "summary-en": ["A new summary."]})
    assert "Tóm tắt mới." in preview(written).text
    assert "A new summary." in preview(written, "en").text
    assert 'lang="en"' in preview(written, "en").source
    assert "Tóm tắt mới." not in written.editor.get(f"/procedures/{CODE}").text


def test_it_says_the_number_of_the_revision_to_come(written: Written, empty: Written) -> None:
    assert "Bản 2, từ" in preview(written).text
    assert "Revision 2, from" in preview(written, "en").text
    empty.take(content("9.000001", form=sections(only=[field("text", "one")])))
    assert "Bản 1, từ" in preview(empty).text


def test_once_published_it_keeps_its_own_number(written: Written) -> None:
    approved(written)
    publish(written)
    assert "Bản 2, từ" in preview(written).text


def test_it_may_stand_in_the_studios_frame_only(written: Written) -> None:
    page = preview(written)
    assert "frame-ancestors 'self'" in page.response.headers["Content-Security-Policy"]
    assert "Lâm Thị Mẫu Trang" not in page.source
    around = written.editor.get(f"{written.address}/preview")
    assert f'src="{written.address}/preview/vi"' in around.source
    public = written.editor.get(f"/procedures/{CODE}")
    assert "frame-ancestors 'none'" in public.response.headers["Content-Security-Policy"]
    assert "<base" not in public.source


def test_the_frame_shows_the_sheet_first_and_each_section_by_its_tab(written: Written) -> None:
    section = written.find("form.sections[0].key")
    around = written.editor.get(f"{written.address}/preview?section={section}&width=desktop&in=en")
    assert f'src="{written.address}/preview/en/{section}"' in around.source
    assert f"{written.address}/preview?in=en&width=desktop" in around.links
    assert f"{written.address}/preview?section={section}" in written.editor.get(f"{written.address}/lists/form").links


def test_a_procedure_without_a_form_has_its_page_too(empty: Written) -> None:
    empty.take(content("9.000001", form={"sections": []}, service_level="information"))
    assert "chưa nhận hồ sơ qua cổng" in preview(empty).text
    assert "chưa có mẫu để điền" in empty.editor.get(f"{empty.address}/preview").text


@pytest.mark.parametrize(
    "lack",
    [
        {"channels": []},
        {"audience": []},
        {"cases": []},
        {"steps": []},
        {"summary": {"vi": "", "en": ""}},
        {"field": ""},
        {"received_by": {"agencies": []}},
        {"received_by": {"kinds": []}},
    ],
    ids=lambda lack: next(iter(lack)),
)
def test_what_is_not_written_yet_is_left_open(empty: Written, lack: dict[str, object]) -> None:
    empty.take(content("9.000001", **lack))
    around = empty.editor.get(f"{empty.address}/preview")
    assert preview(empty).status == (404 if "Chưa xem được" in around.text else 200)


@pytest.mark.parametrize("address", ["preview/vi", "preview/en", "preview/vi/first"])
def test_while_parts_have_no_shape_there_is_nothing_to_see(empty: Written, address: str) -> None:
    empty.take({"form": {"sections": [{"key": "first"}]}})
    assert empty.editor.get(f"{empty.address}/{address}").status == 404
    assert "Chưa xem được" in empty.editor.get(f"{empty.address}/preview").text
