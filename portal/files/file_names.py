"""The name of an uploaded file, as we keep, show and send it back.

Only a label: bytes rest under a random key, so no name ever reaches a path of ours. Still it is shown to
officers and written by browsers into folders of theirs, hence what it may hold is narrow.
"""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 150
REFUSED = re.compile('[<>:"|?*\\x00-\\x1f\\x7f-\\x9f\ud800-\udfff]')
# Cc, Cf (direction marks, zero-width), Cs, Co, Cn: nothing of these is a letter of a name.
INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def tidy(name: str) -> str:
    """NFC; the last part of any path; nothing invisible; blanks single; at most 150 characters, extension kept.

    Empty when nothing of the name is left.
    """
    last = " ".join(re.split(r"[/\\]", name)[-1].split())
    # The order matters: what is dropped may have parted a letter from its mark.
    shown = "".join(c for c in last if unicodedata.category(c) not in INVISIBLE)
    plain = " ".join(REFUSED.sub("", unicodedata.normalize("NFC", shown)).split()).strip(" .")
    stem, dot, end = plain.rpartition(".")
    if not dot or len(end) > 10:
        return plain[:LONGEST].strip(" .")
    return f"{stem[: LONGEST - len(end) - 1].strip()}.{end}"


def extension(name: str) -> str:
    """The extension in lower case without its dot; empty where there is none."""
    stem, _, end = name.rpartition(".")
    return end.lower() if stem else ""


def disposition(name: str) -> str:
    """The header that has a browser save the file under its name, never show it."""
    plain = name.encode("ascii", "ignore").decode().replace('"', "").strip() or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
