"""The door for typed text: one form of Unicode in, nothing invisible or treacherous let through.

NFC; line ends become `\\n`, tabs and other blanks a space, outer blanks go. Zero-width characters and direction
marks are dropped silently, because people paste them without knowing (a zero-width joiner stays only between
emoji). Control characters, bidirectional overrides and isolates, lone surrogates and non-characters are refused:
nobody types them, and they make a text read otherwise than it is.
"""

import re
import unicodedata

JOINER = "\u200d"
VARIATION = frozenset("\ufe0e\ufe0f")
DROPPED = re.compile("[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
BLANKS = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000 ]+")
REFUSED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
PARTED = re.compile("[\u2028\u2029]")  # line ends that no editor of files shows as such
REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")
SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
CODE_POINTS_PER_CHARACTER = 8  # a family emoji has seven; a letter buried in marks more


class Unreadable(ValueError):
    """The text holds characters that are refused."""


def clean(value: str, *, lines: bool = False) -> str:
    """The text as it will be kept; `lines` lets line breaks stand. Raises Unreadable. Clean text stays as it is."""
    value = BLANKS.sub(" ", LINE_ENDS.sub("\n", value)).strip(" \n")
    if REFUSED.search(value) or ("\n" in value and not lines):
        raise Unreadable
    value = _without_stray_joiners(DROPPED.sub("", value))
    value = unicodedata.normalize("NFC", value)
    return "\n".join(BLANKS.sub(" ", line).strip() for line in value.split("\n")).strip()


def hidden(value: str) -> str | None:
    """The first character that `clean` would refuse or take away; None where a reader sees all there is."""
    for pattern in (REFUSED, DROPPED, PARTED):
        if found := pattern.search(value):
            return found[0]
    return JOINER if _without_stray_joiners(value) != value else None


def length(value: str) -> int:
    """Characters as a person counts them: an accented letter is one, so is an emoji of several code points."""
    count, joined, flag = 0, False, False
    for character in value:
        if _belongs_to_the_one_before(character):
            continue
        if character == JOINER:
            joined = True
            continue
        is_flag = bool(REGIONAL.match(character))
        if not joined and not (is_flag and flag):
            count += 1
        flag = is_flag and not flag
        joined = False
    return max(count, -(-len(value) // CODE_POINTS_PER_CHARACTER))


def _belongs_to_the_one_before(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me") or bool(SKIN.match(character))


def _without_stray_joiners(value: str) -> str:
    if JOINER not in value:
        return value
    kept = []
    for place, character in enumerate(value):
        if character == JOINER and not (_is_emoji(value, place - 1) and _is_emoji(value, place + 1)):
            continue
        kept.append(character)
    return "".join(kept)


def _is_emoji(value: str, place: int) -> bool:
    if not 0 <= place < len(value):
        return False
    return value[place] in VARIATION or bool(SKIN.match(value[place])) or unicodedata.category(value[place]) == "So"
