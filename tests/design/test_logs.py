import json
import logging

import psycopg
import pytest

from portal import logs
from portal.errors import Refused


@pytest.fixture(autouse=True)
def _installed() -> None:
    logs.install()


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def test_a_line_is_one_json_object_with_its_instant(capfd: pytest.CaptureFixture[str]) -> None:
    logs.logger("portal.test").info("đã xong", count=3)
    (line,) = lines(capfd)
    assert (line["event"], line["count"], line["level"], line["logger"]) == ("đã xong", 3, "info", "portal.test")
    assert str(line["at"]).endswith("+00:00")


def test_other_libraries_speak_the_same(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        int("Nguyễn Văn Bí Mật")
    except ValueError:
        logging.getLogger("another.library").exception("gone %s", "wrong")
    (line,) = lines(capfd)
    assert line["event"] == "gone wrong"
    assert "Bí Mật" not in json.dumps(line, ensure_ascii=False)
    exception = line["exception"]
    assert isinstance(exception, dict)
    assert exception["type"] == "builtins.ValueError"


def test_installing_twice_does_not_say_things_twice(capfd: pytest.CaptureFixture[str]) -> None:
    logs.install()
    logs.logger("portal.test").warning("once")
    assert len(lines(capfd)) == 1


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("Nguyễn Văn A"), False),
        (KeyError("099190000001"), False),
        (psycopg.errors.UniqueViolation("Key (email)=(a@b.vn) already exists"), False),
        (AttributeError("'NoneType' object has no attribute 'x'"), True),
        (Refused("wrong_state", state="filed"), True),
        (psycopg.OperationalError("connection refused"), True),
    ],
)
def test_a_message_is_kept_only_where_it_speaks_of_code(error: Exception, told: bool) -> None:
    assert ("message" in logs.described(error)) is told


def test_what_an_error_came_from_is_described_too() -> None:
    try:
        try:
            raise ValueError("bí mật")
        except ValueError as error:
            raise TypeError("not that") from error
    except TypeError as found:
        described = logs.described(found)
    assert described["message"] == "not that"
    came_from = described["from"]
    assert isinstance(came_from, dict)
    assert came_from["type"] == "builtins.ValueError"
    assert "message" not in came_from
