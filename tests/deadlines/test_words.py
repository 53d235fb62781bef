"""The working in words, and the command that prints it."""

from datetime import datetime

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings

from portal.clock import LOCAL_ZONE
from portal.commandline.deadlines import deadlines
from portal.deadline_words import SENTENCES, explain
from portal.deadlines import Due, Term, current_calendar, due, resumed
from tests.deadlines.test_counting import instants, terms

CALENDAR = current_calendar()


@pytest.fixture(scope="module")
def words() -> Flask:
    """All that words and command need: no database."""
    app = Flask("words")
    Babel(app, default_locale="vi")
    app.cli.add_command(deadlines)
    return app


def at(wall_clock: str) -> datetime:
    return datetime.fromisoformat(wall_clock).replace(tzinfo=LOCAL_ZONE)


def in_vietnamese(app: Flask, found: Due) -> list[str]:
    with app.app_context():
        return [explain(line, "vi") for line in found.working]


def test_working_days_name_the_holidays_passed_over(words: Flask) -> None:
    assert in_vietnamese(words, due(at("2020-04-29T16:00"), Term(2, "working_days"), CALENDAR)) == [
        "Tiếp nhận lúc 16:00 thứ Tư 29/04/2020.",
        "Ngày làm việc thứ 1: đến 16:00 thứ Hai 04/05/2020. "
        "Không tính: 30/04 (Ngày Chiến thắng), 01/05 (Ngày Quốc tế Lao động), thứ Bảy 02/05, Chủ nhật 03/05.",
        "Ngày làm việc thứ 2: đến 16:00 thứ Ba 05/05/2020.",
        "Hạn trả kết quả: 16:00 thứ Ba 05/05/2020.",
    ]


def test_hours_received_at_night(words: Flask) -> None:
    assert in_vietnamese(words, due(at("2020-06-15T20:00"), Term(10, "hours"), CALENDAR)) == [
        "Tiếp nhận lúc 20:00 thứ Hai 15/06/2020.",
        "Đó là ngoài giờ làm việc, nên bắt đầu tính từ 07:30 thứ Ba 16/06/2020.",
        "Ngày 16/06/2020 (thứ Ba): 8 giờ làm việc, tính đến lúc này là 8 giờ.",
        "Ngày 17/06/2020 (thứ Tư): 2 giờ làm việc, tính đến lúc này là 10 giờ.",
        "Hạn trả kết quả: 09:30 thứ Tư 17/06/2020.",
    ]


def test_calendar_days_that_end_on_a_day_off(words: Flask) -> None:
    assert in_vietnamese(words, due(at("2025-12-23T08:00"), Term(10, "days"), CALENDAR)) == [
        "Tiếp nhận lúc 08:00 thứ Ba 23/12/2025.",
        "Cộng 10 ngày theo lịch: 08:00 thứ Sáu 02/01/2026.",
        "Ngày đó là ngày nghỉ, nên chuyển sang cùng giờ của ngày làm việc tiếp theo: 08:00 thứ Hai 05/01/2026. "
        "Không tính: 02/01 (Ngày nghỉ (thay cho ngày 10/01/2026)), thứ Bảy 03/01, Chủ nhật 04/01.",
        "Hạn trả kết quả: 08:00 thứ Hai 05/01/2026.",
    ]


def test_the_same_day_before_and_after_the_cut_off(words: Flask) -> None:
    assert in_vietnamese(words, due(at("2020-06-15T15:00"), Term(1, "same_day"), CALENDAR))[1] == (
        "Không sau 15:00, nên giải quyết trong ngày: đến hết giờ làm việc, 17:00 thứ Hai 15/06/2020."
    )
    assert in_vietnamese(words, due(at("2020-06-19T15:01"), Term(1, "same_day"), CALENDAR))[1] == (
        "Sau 15:00, nên giải quyết trong ngày làm việc tiếp theo: đến hết giờ làm việc, 17:00 thứ Hai 22/06/2020. "
        "Không tính: thứ Bảy 20/06, Chủ nhật 21/06."
    )


def test_a_pause(words: Flask) -> None:
    found = resumed(at("2020-06-22T10:00"), at("2020-06-19T16:00"), at("2020-06-22T07:00"), CALENDAR)
    assert in_vietnamese(words, found) == [
        "Tạm dừng từ 16:00 thứ Sáu 19/06/2020, khi còn 3 giờ 30 phút làm việc.",
        "Tiếp tục từ 07:00 thứ Hai 22/06/2020, tính tiếp 3 giờ 30 phút làm việc còn lại.",
        "Đó là ngoài giờ làm việc, nên bắt đầu tính từ 07:30 thứ Hai 22/06/2020.",
        "Ngày 22/06/2020 (thứ Hai): 3 giờ 30 phút làm việc, tính đến lúc này là 3 giờ 30 phút.",
        "Hạn trả kết quả: 11:00 thứ Hai 22/06/2020.",
    ]


def test_a_year_that_is_not_announced_is_said_to_be_so(words: Flask) -> None:
    assert in_vietnamese(words, due(at("2026-12-31T16:00"), Term(1, "working_days"), CALENDAR))[-2] == (
        "Ngày nghỉ năm 2027 được tính trước, Nhà nước chưa thông báo; hạn có thể thay đổi theo thông báo."
    )
    assert in_vietnamese(words, due(at("2027-12-31T16:00"), Term(1, "working_days"), CALENDAR))[-2] == (
        "Chưa có lịch nghỉ năm 2028; hạn mới chỉ trừ ngày nghỉ cuối tuần và có thể thay đổi."
    )


def test_a_dossier_late_before_the_pause(words: Flask) -> None:
    found = resumed(at("2020-06-15T09:00"), at("2020-06-16T09:00"), at("2020-06-18T09:00"), CALENDAR)
    assert in_vietnamese(words, found) == ["Hồ sơ đã quá hạn trước khi tạm dừng; hạn vẫn là 09:00 thứ Hai 15/06/2020."]


@given(instants, terms)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_has_words_and_the_last_one_is_the_due_instant(words: Flask, received: datetime, term: Term) -> None:
    found = due(received, term, CALENDAR)
    lines = found.working
    assert {line.code for line in lines} <= set(SENTENCES)
    assert lines[0].code == "received"
    assert lines[-1].facts["at"] == found.at.astimezone(LOCAL_ZONE).replace(tzinfo=None)
    assert all(in_vietnamese(words, found))


def test_the_command_prints_the_due_instant_and_on_request_its_working(words: Flask) -> None:
    run = words.test_cli_runner().invoke
    plain = run(args=["deadlines", "due", "2020-06-15T09:00:00+07:00", "3", "working_days"])
    assert (plain.exit_code, plain.output) == (0, "2020-06-18T09:00:00+07:00\n")
    told = run(args=["deadlines", "due", "2020-06-15T02:00:00Z", "1", "same_day", "--explain"])
    assert told.output.splitlines() == [
        "2020-06-15T17:00:00+07:00",
        "Tiếp nhận lúc 09:00 thứ Hai 15/06/2020.",
        "Không sau 15:00, nên giải quyết trong ngày: đến hết giờ làm việc, 17:00 thứ Hai 15/06/2020.",
        "Hạn trả kết quả: 17:00 thứ Hai 15/06/2020.",
        "vn-2018.1+brvt-2027.1",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["yesterday", "3", "working_days"], "not an instant"),
        (["2020-06-15T09:00:00", "3", "working_days"], "no offset"),
        (["2020-06-15T09:00:00+07:00", "0", "days"], "cannot be counted"),
        (["2020-06-15T09:00:00+07:00", "3", "weeks"], "weeks"),
    ],
)
def test_the_command_refuses_what_it_cannot_count(words: Flask, arguments: list[str], message: str) -> None:
    refused = words.test_cli_runner().invoke(args=["deadlines", "due", *arguments])
    assert refused.exit_code != 0
    assert message in refused.output


def test_the_command_prints_a_draft_of_a_year(words: Flask) -> None:
    printed = words.test_cli_runner().invoke(args=["deadlines", "seed", "2028"])
    assert printed.output.startswith("day,kind,reason,reason_en,source\n2028-01-01,off,Tết Dương lịch,New Year's Day,")
