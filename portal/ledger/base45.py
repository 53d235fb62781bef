"""Base45 (RFC 9285): bytes in the letters that a QR code packs best. Pure; the reader knows one spelling only."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
BASE = len(ALPHABET)
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


class NotBase45(ValueError):
    """The text is not base45."""


def encode(data: bytes) -> str:
    """Two bytes become three letters, a last single one two; the least significant letter first."""
    whole = len(data) // 2 * 2
    letters = [_letters(data[at] * 256 + data[at + 1], 3) for at in range(0, whole, 2)]
    letters += [_letters(byte, 2) for byte in data[whole:]]
    return "".join(letters)


def decode(text: str) -> bytes:
    """The bytes; raises `NotBase45`."""
    if not _VALUES.keys() >= set(text):
        raise NotBase45("a letter that is none of the 45")
    found = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        value = sum(_VALUES[letter] * BASE**place for place, letter in enumerate(group))
        width = len(group) - 1
        if width == 0 or value >= 256**width:
            raise NotBase45("letters that stand for no bytes")
        found += value.to_bytes(width, "big")
    return bytes(found)


def _letters(value: int, count: int) -> str:
    return "".join(ALPHABET[value // BASE**place % BASE] for place in range(count))
