"""Words in the portal's two languages, and how they are folded so that a search needs no marks."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WORD = re.compile(r"[a-z0-9]+")
ONE_SOUND = {"hi": "hy", "ki": "ky", "li": "ly", "mi": "my", "si": "sy", "ti": "ty"}


@dataclass(frozen=True, slots=True)
class Text:
    """One phrase in Vietnamese and English."""

    vi: str
    en: str

    def in_(self, lang: str) -> str:
        return self.en if lang == "en" else self.vi


def text(data: Mapping[str, Any]) -> Text:
    return Text(data["vi"], data["en"])


def optional_text(data: Mapping[str, Any] | None) -> Text | None:
    return None if data is None else text(data)


def fold(value: str) -> str:
    """Lower case without any mark, đ as d: `Đăng ký` -> `dang ky`. NFC and NFD give the same."""
    apart = unicodedata.normalize("NFD", value.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("đ", "d")


def words(value: str) -> list[str]:
    """The folded words: runs of a-z and 0-9; everything else only divides. `kí` and `ký` are one word."""
    return [ONE_SOUND.get(word, word) for word in WORD.findall(fold(value))]
