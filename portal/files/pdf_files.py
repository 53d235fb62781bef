"""Whether a PDF may harm or cannot be read: a bounded look at every byte, without a PDF parser.

A parser follows the file's own directions and can be led past what it should see. This looks at all bytes
instead, whatever the cross-reference table says:

1. names are compared after `#xx` in them is undone (`/J#61vaScript` is `/JavaScript`);
2. every stream that inflates (Flate, or ASCII85 over Flate) is inflated and searched too, because objects may
   live in compressed object streams;
3. where objects may be compressed in a way that is not looked through (another filter, a predictor), the file
   is refused as unreadable. Honest programs use plain Flate for object streams.

Refused: encryption (an officer could not open it), and actions that run code, start programs, send data, open
other files, or embed them. A plain link (`/URI`) and an opening view (`/OpenAction` to a page) are ordinary.
Limits: an image filter (DCT, JPX, JBIG2, CCITT) is not looked through; nothing in a PDF can hold objects there.
See docs/decisions/attachments.md.
"""

import base64
import binascii
import re
import zlib

from portal.files.file_refusals import FileRefused

ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|SubmitForm|ImportData|GoToR|GoToE|EmbeddedFiles?|RichMedia|Rendition|XFA)(?![A-Za-z0-9])"
)
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)?")
OBJECT_STREAM = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
OPAQUE = re.compile(rb"/(?:ASCIIHexDecode|AHx|LZWDecode|LZW|RunLengthDecode|RL)(?![A-Za-z0-9])")
ZLIB_STARTS = tuple(bytes([window << 4 | 8]) for window in range(8))  # the first byte of a zlib stream
DICTIONARY_REACH = 2048  # bytes before `stream` in which its dictionary is looked for

MOST_INFLATED = 256 * 1024 * 1024
PIECE = 1024 * 1024
OVERLAP = 64  # longer than any searched name with every letter escaped
MOST_STREAMS = 100_000


def check(data: bytes) -> None:
    """Raise FileRefused if the PDF is encrypted, active, damaged or blows up."""
    if b"%%EOF" not in data[-65536:] or b"endobj" not in data:
        raise FileRefused("file_damaged")
    plain = _unescaped(data)
    if ENCRYPTED.search(plain):
        raise FileRefused("file_encrypted")
    if ACTIVE.search(plain):
        raise FileRefused("file_active_content")
    if OBJECT_STREAM.search(plain):
        if OPAQUE.search(plain):
            raise FileRefused("file_damaged")
        _refuse_predicted_object_streams(plain)
    _search_streams(data)


def _unescaped(data: bytes) -> bytes:
    """With `#xx` undone; names are all that matters here, so doing it everywhere is right."""
    if b"#" not in data:
        return data
    return ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), data)


def _refuse_predicted_object_streams(plain: bytes) -> None:
    """A predictor reorders bytes, so that names in an object stream would not be found."""
    for match in OBJECT_STREAM.finditer(plain):
        start = plain.rfind(b"obj", max(0, match.start() - DICTIONARY_REACH), match.start())
        end = plain.find(b"stream", match.start(), match.start() + DICTIONARY_REACH)
        if start < 0 or end < 0 or b"/Predictor" in plain[start:end]:
            raise FileRefused("file_damaged")


def _search_streams(data: bytes) -> None:
    budget = MOST_INFLATED
    for count, match in enumerate(STREAM.finditer(data)):
        if count >= MOST_STREAMS:
            raise FileRefused("file_bomb")
        start = match.end()
        if data[start : start + 1] in ZLIB_STARTS:
            budget = _search_inflated(data[start : _end(data, start)], budget)
        else:
            armoured = _unarmoured(data[start : _end(data, start)])
            budget = _search_inflated(armoured, budget) if armoured else budget


def _end(data: bytes, start: int) -> int:
    end = data.find(b"endstream", start)
    return len(data) if end < 0 else end


def _unarmoured(body: bytes) -> bytes:
    """The bytes under ASCII85, empty where there is none."""
    text = b"".join(body.split())
    if not text.endswith(b"~>"):
        return b""
    try:
        return base64.a85decode(text.removeprefix(b"<~")[:-2])
    except (ValueError, binascii.Error):
        return b""


def _search_inflated(body: bytes, budget: int) -> int:
    """Search what the body inflates to, as far as it does; returns what is left of the budget."""
    inflater = zlib.decompressobj()
    before, rest = b"", body
    while rest and not inflater.eof:
        try:
            piece = inflater.decompress(rest, PIECE)
        except zlib.error:
            return budget  # not deflated after all, or damaged: readers get no further either
        rest = inflater.unconsumed_tail
        budget -= len(piece)
        if budget < 0:
            raise FileRefused("file_bomb")
        window = before + piece
        if ACTIVE.search(_unescaped(window)):
            raise FileRefused("file_active_content")
        before = window[-OVERLAP:]
        if not piece and not rest:
            break
    return budget
