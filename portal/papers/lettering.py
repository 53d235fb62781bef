"""Text as it can stand on paper."""

import re
import unicodedata

LONG_RUN = re.compile(r"\S{32,}")
RUN_STEP = 16
NOT_DISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed')
UNICODE_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def shown(text: str) -> str:
    """NFC on one line, without control characters and marks that turn the direction of text.

    Very long words get places where a line may break (U+200B), so that nothing runs off the page.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(character for character in line if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co"))
    return LONG_RUN.sub(_with_breaks, kept)


def missing_letters(diagnostic: str) -> frozenset[str]:
    """The characters that typst could not display, from what it said."""
    named = (UNICODE_ESCAPE.sub(_unescaped, text) for text in NOT_DISPLAYED.findall(diagnostic))
    return frozenset(character for text in named for character in text if not character.isascii())


def without(text: str, letters: frozenset[str]) -> str:
    """The text with question marks for those characters."""
    return "".join("?" if character in letters else character for character in text)


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape.group(1), 16))


def _with_breaks(run: re.Match[str]) -> str:
    word = run.group()
    return "\u200b".join(word[start : start + RUN_STEP] for start in range(0, len(word), RUN_STEP))
