"""The Vietnamese alphabet's order as plain text, because the database compares bytes.

a ă â b c d đ e ê ... with tones (ngang, huyền, hỏi, ngã, sắc, nặng) deciding only between words that are
otherwise equal, and numbers by value: Phường 2 before Phường 10.
"""

import re
import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
NUMBER_WIDTH = 9


def sort_key(text: str) -> str:
    """Text whose order by code point is the Vietnamese order of `text`."""
    letters: list[str] = []
    tones: list[str] = []
    for word in re.findall(r"\d+|[^\W\d_]+", unicodedata.normalize("NFC", text).lower()):
        word_letters, word_tones = (word.zfill(NUMBER_WIDTH), "") if word.isdigit() else _letters_and_tones(word)
        letters.append(word_letters)
        tones.append(word_tones)
    return " ".join(letters) + "\t" + " ".join(tones)


def _letters_and_tones(word: str) -> tuple[str, str]:
    letters, tones = "", ""
    for character in word:
        marks = unicodedata.normalize("NFD", character)
        tone = next((mark for mark in marks if mark in TONES), "")
        letter = unicodedata.normalize("NFC", marks.replace(tone, "")) if tone else character
        place = ALPHABET.find(letter)
        letters += chr(ord("A") + place) if place >= 0 else "~" + letter
        tones += TONES.get(tone, "0")
    return letters, tones
