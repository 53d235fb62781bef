"""Reading feeds as their readers do, with other people's parser."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import feedparser
from flask.testing import FlaskClient


def parsed(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.data)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def link(feed: Any, rel: str) -> str | None:
    found = [item.href for item in feed.feed.links if item.rel == rel]
    return found[0] if found else None


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def position(item: Any) -> int:
    return int(item.id.rpartition("/")[2])


def walk(client: FlaskClient, address: str, *, meanwhile: Callable[[], object] = lambda: None) -> list[int]:
    """The positions of all documents from this one on, Atom or JSON; `meanwhile` is done after each."""
    seen: list[int] = []
    following: str | None = address
    while following:
        if ".atom" in following:
            feed = parsed(client, following)
            seen += [position(item) for item in feed.entries]
            older = link(feed, "next") or link(feed, "prev-archive")
        else:
            value = client.get(following).get_json(force=True)
            seen += [int(item["id"].rpartition("/")[2]) for item in value["items"]]
            older = value.get("next_url")
        meanwhile()
        following = path_of(older) if older else None
    return seen
