"""The feeds, read by other people's parser."""

from dataclasses import replace

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import commands, key_entry, keys
from portal.ledger.key_entry import KeyChange
from portal.ledger.note import KeySigner
from portal.settings import Settings
from portal.transaction import unit_of_work
from tests.dossiers.counting import statements
from tests.ledger.acts import FILED
from tests.ledger.chains import Chain, reference
from tests.ledger.feed_reading import link, parsed, path_of, position
from tests.publishing import publish_now


def fill(session: Session, count: int, start: int = 0) -> None:
    with unit_of_work(session):
        for number in range(start, start + count):
            act = replace(FILED, reference=reference(number), unit=("H06.31.01", "H06.32.01", "H06.01")[number % 3])
            commands.append(session, act=act, private={}, secret=bytes(32), sealed=False)


def test_entries_speak_to_people(app: Flask, client: FlaskClient, session: Session) -> None:
    Chain(session).receive().resolve(hours=400)
    Chain(session, reference(2), sealed=True)
    publish_now(app)
    feed = parsed(client, "/ledger/feed.atom")
    assert feed.feed.title == "Sổ công khai Hải Đăng"
    assert [position(item) for item in feed.entries] == [3, 2, 1, 0]
    sealed, resolved, received, filed = feed.entries
    assert resolved.title == "Có kết quả: Đồng ý giải quyết (trễ hạn) – Đăng ký khai sinh, Phường 1"
    assert received.title == "Tiếp nhận hồ sơ – Đăng ký khai sinh, Phường 1"
    assert filed.id == "tag:hai-dang.pilot,2020:ledger/0"
    assert filed.updated == "2020-06-15T02:30:00+00:00"
    assert path_of(filed.link) == f"/ledger/dossiers/{FILED.reference}"
    assert "hẹn trả kết quả 18/06/2020, 10:30" in received.summary
    assert sealed.title == "Mục niêm phong"
    assert reference(2) not in client.get("/ledger/feed.atom").text
    assert path_of(sealed.link) == "/ledger/entries/3"


def test_the_language_is_that_of_the_address_alone(app: Flask, client: FlaskClient, session: Session) -> None:
    Chain(session)
    publish_now(app)
    plain = client.get("/ledger/feed.atom", headers={"Accept-Language": "en", "Cookie": "lang=en"})
    assert "Đã nộp hồ sơ – Đăng ký khai sinh, Phường 1" in plain.text
    english = client.get("/ledger/feed.atom?lang=en").text
    assert 'xml:lang="en"' in english
    assert "Ward 1" in english
    assert "lang=en" in english.split('rel="self"')[1].split("/>")[0]


def test_an_empty_log_has_feeds_too(client: FlaskClient) -> None:
    assert parsed(client, "/ledger/feed.atom").entries == []
    assert (client.get("/ledger/feed.json").get_json(force=True))["items"] == []


def test_archives_hold_every_entry_once_for_ever(app: Flask, client: FlaskClient, session: Session) -> None:
    fill(session, 530)
    publish_now(app)
    current = parsed(client, "/ledger/feed.atom")
    assert [position(item) for item in current.entries] == list(range(529, 479, -1))
    newest = link(current, "prev-archive")
    assert newest is not None
    assert path_of(newest) == "/ledger/feed/1.atom"
    one = parsed(client, path_of(newest))
    zero = parsed(client, path_of(link(one, "prev-archive") or ""))
    assert link(zero, "prev-archive") is None
    assert path_of(link(zero, "next-archive") or "") == "/ledger/feed/1.atom"
    assert path_of(link(one, "current") or "") == "/ledger/feed.atom"
    assert [position(item) for item in one.entries] == list(range(511, 255, -1))
    assert [position(item) for item in zero.entries] == list(range(255, -1, -1))
    for archive in ("/ledger/feed/0.atom", "/ledger/feed/1.atom"):
        assert "<fh:archive/>" in client.get(archive).text
        assert client.get(archive).headers["Cache-Control"] == "public, max-age=3600"
    before = client.get("/ledger/feed/0.atom")
    session.rollback()
    fill(session, 300, start=530)
    publish_now(app)
    after = client.get("/ledger/feed/0.atom", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 304
    assert path_of(link(parsed(client, "/ledger/feed.atom"), "prev-archive") or "") == "/ledger/feed/2.atom"


def test_json_feed_pages_through_everything(app: Flask, client: FlaskClient, session: Session) -> None:
    fill(session, 530)
    publish_now(app)
    seen: list[int] = []
    address: str | None = "/ledger/feed.json"
    while address:
        answer = client.get(address)
        assert answer.mimetype == "application/feed+json"
        value = answer.get_json(force=True)
        assert value["version"] == "https://jsonfeed.org/version/1.1"
        assert value["title"] == "Sổ công khai Hải Đăng"
        seen += [int(item["id"].rpartition("/")[2]) for item in value["items"]]
        address = path_of(value["next_url"]) if "next_url" in value else None
    assert sorted(set(seen)) == list(range(530))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("unit=H06.31.01", {0}),
        ("unit=H06.31", {0}),
        ("unit=H06", {0, 1, 2}),
        ("unit=H06.01", {2}),
        ("procedure=1.001193", {0, 1, 2}),
        ("unit=H06.32&procedure=1.001193", {1}),
        ("procedure=9.999999", set()),
        ("unit=X", set()),
    ],
)
@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_filtered_feed_pages_through_exactly_its_entries(
    app: Flask, client: FlaskClient, session: Session, query: str, wanted: set[int], form: str
) -> None:
    fill(session, 330)
    publish_now(app)
    seen: list[int] = []
    address: str | None = f"/ledger/feed.{form}?{query}"
    while address:
        if form == "atom":
            feed = parsed(client, address)
            seen += [position(item) for item in feed.entries]
            following = link(feed, "next")
        else:
            value = client.get(address).get_json(force=True)
            seen += [int(item["id"].rpartition("/")[2]) for item in value["items"]]
            following = value.get("next_url")
        address = path_of(following) if following else None
    assert seen == [n for n in range(329, -1, -1) if n % 3 in wanted]


def test_a_filtered_feed_says_what_it_is_of(app: Flask, client: FlaskClient, session: Session) -> None:
    fill(session, 3)
    publish_now(app)
    feed = parsed(client, "/ledger/feed.atom?unit=H06.32.01&procedure=1.001193")
    assert feed.feed.title == "Sổ công khai Hải Đăng: Phường Phước Hưng, Đăng ký khai sinh"
    assert "unit=H06.32.01" in feed.feed.id


@pytest.mark.parametrize("number", ["2", "-1", "00", "x", "9" * 15, "9" * 400, "1.5"])
def test_an_archive_that_never_existed_is_404(app: Flask, client: FlaskClient, session: Session, number: str) -> None:
    fill(session, 530)
    publish_now(app)
    for form in ("atom", "json"):
        assert client.get(f"/ledger/feed/{number}.{form}").status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "00", "9" * 400, "1'"])
def test_a_wrong_place_in_a_feed_is_404(client: FlaskClient, before: str) -> None:
    assert client.get("/ledger/feed.atom", query_string={"before": before}).status_code == 404


def test_a_feed_is_sent_again_only_when_the_log_grew(app: Flask, client: FlaskClient, session: Session) -> None:
    Chain(session)
    publish_now(app)
    for address in ("/ledger/feed.atom", "/ledger/feed.json", "/ledger/feed.atom?unit=H06.31"):
        tag = client.get(address).headers["ETag"]
        with statements(session) as sent:
            again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data, len(sent)) == (304, b"", 1)
    session.rollback()
    Chain(session, reference(2))
    publish_now(app)
    assert client.get("/ledger/feed.atom", headers={"If-None-Match": tag}).status_code == 200


def test_a_feed_takes_few_statements(app: Flask, client: FlaskClient, session: Session) -> None:
    fill(session, 300)
    publish_now(app)
    session.rollback()
    client.get("/ledger/feed.atom?unit=H06.31")  # names and the register are remembered from here on
    for address in ("/ledger/feed.atom", "/ledger/feed.json", "/ledger/feed/0.atom", "/ledger/feed.atom?unit=H06.31"):
        with statements(session) as sent:
            client.get(address)
        assert len(sent) == 2, sent


def test_titles_are_text_never_markup(app: Flask, client: FlaskClient, session: Session) -> None:
    fill(session, 1)
    publish_now(app)
    hostile = client.get("/ledger/feed.atom", query_string={"unit": '"><script>x</script>'})
    assert "<script>" not in hostile.text
    assert not feedparser.parse(hostile.data).bozo


def test_an_entry_about_a_key_is_in_the_feeds_of_everything(app: Flask, client: FlaskClient, session: Session) -> None:
    settings: Settings = app.config["SETTINGS"]
    Chain(session)
    publish_now(app)
    old = keys.log_key(settings).verifier
    new = KeySigner(old.name, bytes(range(1, 33))).verifier
    with unit_of_work(session):
        session.execute(
            text("insert into ledger_entry (position, entry) values (1, :entry)"),
            {"entry": key_entry.render(KeyChange(FILED.at, new, old, 1, bytes(32), FILED.at))},
        )
        session.execute(text("update ledger_head set size = 2, published = 2, listed = 2"))
    feed = parsed(client, "/ledger/feed.atom")
    assert feed.entries[0].title == "Sổ đổi khóa"
    assert path_of(feed.entries[0].link) == "/ledger/entries/1"
    assert [position(item) for item in parsed(client, "/ledger/feed.atom?unit=H06").entries] == [0]


ODD = ["x", "-1", "00", "01", "9" * 400, "1.5", " 1", "1%00", "%F0%9F%98%80", "٣"]


@pytest.mark.parametrize("number", ODD)
def test_an_odd_number_in_any_address_is_a_clean_answer(client: FlaskClient, number: str) -> None:
    """Not there, or not readable: never a crash, and told in the form that was asked for."""
    for address in ("feed/{}.atom", "feed/{}.json", "entries/{}", "entries/{}.json", "tile/0/{}", "tile/{}/000"):
        answer = client.get("/ledger/" + address.format(number))
        assert answer.status_code in (400, 404), address
        if address.endswith(".json"):
            assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["feed.atom", "feed.json", "feed/0.atom", "dossiers/x/feed.atom", "live", "checkpoint"]
)
@pytest.mark.parametrize(
    "query", ["?lang=xx", "?unit=%00", "?unit=%FF", "?procedure=" + "9" * 5000, "?unit[]=1&unit=2"]
)
def test_an_odd_query_is_a_clean_answer(client: FlaskClient, path: str, query: str) -> None:
    assert client.get(f"/ledger/{path}{query}").status_code in (200, 400, 404)
