"""The commands that keep the English words, over a catalogue of their own."""

import json
from pathlib import Path

import pytest
from flask import Flask

from portal.commandline.translations import problems_in, read_catalogue, sources_catalogue
from portal.i18n import TRANSLATIONS

EMPTY = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
EMPTY += '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "en" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "en" / "LC_MESSAGES" / "messages.po").write_text(EMPTY)
    (tmp_path / "babel.cfg").write_bytes((TRANSLATIONS / "babel.cfg").read_bytes())
    return tmp_path


def run(app: Flask, *arguments: object) -> str:
    done = app.test_cli_runner().invoke(args=["translations", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


def fill(app: Flask, folder: Path, words: dict[str, object]) -> str:
    file = folder / "words.json"
    file.write_text(json.dumps(words))
    return run(app, "fill", file, "--folder", folder)


def english(folder: Path) -> dict[str, object]:
    catalogue = read_catalogue(folder / "en" / "LC_MESSAGES" / "messages.po")
    return {str(message.id): message.string for message in catalogue if message.id}


def test_words_of_python_and_of_templates_are_found(folder: Path) -> None:
    found = sources_catalogue(folder)
    assert found.get("Đang giải quyết") is not None
    assert found.get("Đi thẳng tới nội dung") is not None
    assert found.get("%(num)d ngày").pluralizable  # type: ignore[union-attr]


def test_extracting_again_keeps_what_is_translated(plain_app: Flask, folder: Path) -> None:
    fill(plain_app, folder, {"Đăng xuất": "Sign out"})
    before = (folder / "en" / "LC_MESSAGES" / "messages.po").read_text()
    run(plain_app, "extract", "--folder", folder)
    assert english(folder)["Đăng xuất"] == "Sign out"
    assert (folder / "en" / "LC_MESSAGES" / "messages.po").read_text() == before


def test_words_that_nobody_says_are_not_filled_in(plain_app: Flask, folder: Path) -> None:
    assert "not in the sources: không ai nói" in fill(plain_app, folder, {"không ai nói": "nobody says"})


def test_what_is_wrong_is_found(plain_app: Flask, folder: Path) -> None:
    words: dict[str, object] = {
        "Đăng xuất": "Sign out",
        "%(amount)s đồng": "dong",
        "%(num)d ngày": ["one day", "%(num)d days"],
        "%(num)d giờ": ["%(num)d hour", "hours"],
    }
    fill(plain_app, folder, words)
    problems = list(problems_in(folder))
    assert not [problem for problem in problems if "Đăng xuất  (" in problem or "%(num)d ngày  (" in problem]
    assert [problem for problem in problems if "other placeholders: %(amount)s đồng" in problem]
    assert [problem for problem in problems if "other placeholders: %(num)d giờ" in problem]
    assert [problem for problem in problems if "not translated: Đăng nhập" in problem]
    done = plain_app.test_cli_runner().invoke(args=["translations", "check", "--folder", str(folder)])
    assert done.exit_code == 1


def test_what_the_sources_no_longer_say_is_found(folder: Path) -> None:
    po = folder / "en" / "LC_MESSAGES" / "messages.po"
    po.write_text(EMPTY + '\nmsgid "đã bỏ"\nmsgstr "gone"\n')
    assert any("no longer in the sources: đã bỏ" in problem for problem in problems_in(folder))


def test_compiled_words_are_read_by_gettext(plain_app: Flask, folder: Path) -> None:
    fill(plain_app, folder, {"Đăng xuất": "Sign out"})
    run(plain_app, "compile", "--folder", folder)
    assert b"Sign out" in (folder / "en" / "LC_MESSAGES" / "messages.mo").read_bytes()
