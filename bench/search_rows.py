"""Search over as many procedures as the national list has, beside the same page with no search, taken in turn.

The procedures are made of the words of the real ones, the same for the same seed. The page with no search is asked for
as `/procedures?q=`, so that it is made and not given from memory.
"""

import copy
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text

from bench import load
from bench.installation import Bench
from bench.load import Figures, Request
from portal import clock
from portal.extensions import db
from portal.procedures import queries, revising
from portal.transaction import unit_of_work

NUMBER = 6000
TARGET = 2.0  # times the p99 of the page with no search
CONNECTIONS = 4
QUESTIONS: Mapping[str, Sequence[str]] = {
    "search, no marks": ("dang ky khai sinh", "cap giay phep xay dung", "ho kinh doanh", "trich luc", "ket hon"),
    "search, one typing error": ("dang ky khai sihn", "giay phep xya dung", "ho kinh daonh", "thuong rtu", "ket hpn"),
    "search, a synonym": ("mo quan ca phe", "doi gplx", "lam hon thu", "toi muon xin phep xay", "sang ten nha"),
    "search, a few letters": ("da", "khai s", "giay p", "ca", "dang ky t"),
    "search, filtered": ("dang ky&level=commune", "cap giay&field=dat-dai", "giay&audience=citizen"),
    "search, nothing fits": ("zzzzq xxxxq", "qqqqw wwwwe eeeer", "blockchain metaverse"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Medians over the rounds, and the ratio of p99 to that of the page with no search, round by round."""

    name: str
    figures: Figures
    limit: Figures
    ratios: tuple[float, ...]

    def __str__(self) -> str:
        ratio = median(self.ratios)
        verdict = "met" if ratio <= TARGET else f"missed by {ratio / TARGET - 1:.0%}"
        wrong = f"; {self.figures.errors} wrong answers" if self.figures.errors else ""
        return (
            f"{self.name:26} {NUMBER:>9,} {self.figures.rate:>8,.0f} {self.figures.p50:>8.1f} {self.figures.p99:>8.1f}"
            f"   {'no search':8} {self.limit.rate:>8,.0f} {self.limit.p99:>8.1f}   p99 {ratio:.2f} times"
            f" ({min(self.ratios):.2f}-{max(self.ratios):.2f}), target {TARGET:.1f}: {verdict}{wrong}"
        )


def show(bench: Bench, *, rounds: int, seconds: float) -> None:
    """Fill the catalogue up to NUMBER procedures and print a row for each kind of question."""
    fill()
    for name, questions in QUESTIONS.items():
        print(_measured(bench, name, questions, rounds=rounds, seconds=seconds), flush=True)


def fill(number: int = NUMBER, *, seed: int = 6000) -> None:
    """Publish made-up procedures beside the real ones until there are `number`."""
    session = db.session()
    real = [content for _code, _number, content in queries.contents(session)]
    at = clock.now()
    with unit_of_work(session):
        revising.lock(session)
        revising.add(session, list(made_up(real, number - len(real), seed=seed)), at=at)
    with unit_of_work(session):
        session.execute(text("analyze"))


def made_up(real: Sequence[Mapping[str, Any]], number: int, *, seed: int) -> Iterator[dict[str, Any]]:
    """Procedures whose names, summaries and keywords are woven of those of the real ones."""
    chance = random.Random(seed)
    words = {lang: _phrases(real, lang) for lang in ("vi", "en")}
    keywords = sorted({keyword for content in real for keyword in content.get("keywords", ())})
    for serial in range(number):
        made = copy.deepcopy(dict(chance.choice(real)))
        for member, length in (("name", 3), ("summary", 5)):
            made[member] = {lang: " ".join(chance.sample(words[lang], length)) for lang in ("vi", "en")}
        made |= {"code": f"7.{serial:06}", "revision": 1, "related": [], "valid_from": "2020-01-01", "valid_to": None}
        made |= {"keywords": chance.sample(keywords, 6), "field": chance.choice(real)["field"]}
        made["level"] = chance.choice(("commune", "district", "province"))
        yield made


def _phrases(real: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """Runs of three words from names and summaries."""
    found = set()
    for content in real:
        for member in ("name", "summary"):
            words = content[member][lang].replace(",", " ").replace(".", " ").split()
            found |= {" ".join(words[place : place + 3]) for place in range(len(words) - 2)}
    return sorted(found)


def _measured(bench: Bench, name: str, questions: Sequence[str], *, rounds: int, seconds: float) -> Row:
    asked = itertools.cycle([Request("GET", _address(question)) for question in questions])
    bare = itertools.repeat(Request("GET", "/procedures?q="))
    pairs = []
    for _round in range(rounds):
        limit = load.run(bench.portal, bare, connections=CONNECTIONS, seconds=seconds)
        pairs.append((load.run(bench.portal, asked, connections=CONNECTIONS, seconds=seconds), limit))
    return Row(
        name,
        _median([figures for figures, _limit in pairs]),
        _median([limit for _figures, limit in pairs]),
        tuple(figures.p99 / limit.p99 for figures, limit in pairs),
    )


def _address(question: str) -> str:
    words, _sign, narrowed = question.partition("&")
    return f"/procedures?{urlencode({'q': words})}" + (f"&{narrowed}" if narrowed else "")


def _median(measured: Sequence[Figures]) -> Figures:
    return Figures(
        median(one.rate for one in measured),
        median(one.p50 for one in measured),
        median(one.p99 for one in measured),
        sum(one.errors for one in measured),
    )
