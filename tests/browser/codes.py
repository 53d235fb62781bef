"""QR codes as pictures, and as films for the camera that Chromium pretends to have."""

import io
from pathlib import Path

import segno

WIDE, HIGH = 1280, 960
FRAMES = 4


def picture(text: str, *, scale: int = 5) -> bytes:
    """A PNG of the code."""
    output = io.BytesIO()
    segno.make(text, error="l", micro=False).save(output, kind="png", scale=scale, border=4)
    return output.getvalue()


def blank() -> bytes:
    """A PNG with a code too small to be one."""
    output = io.BytesIO()
    segno.make("A", micro=True).save(output, kind="png", scale=1, border=60)
    return output.getvalue()


def film(text: str, path: Path) -> Path:
    """A YUV4MPEG2 film that shows the code and nothing else: what `--use-file-for-fake-video-capture` plays."""
    rows = [bytes(row) for row in segno.make(text, error="l", micro=False).matrix_iter(scale=1, border=4)]
    scale = min(WIDE, HIGH) // len(rows)
    light, dark = b"\xeb", b"\x10"
    side = (WIDE - scale * len(rows)) // 2
    plane = bytearray()
    for row in rows:
        line = b"".join((dark if module else light) * scale for module in row)
        plane += (light * side + line).ljust(WIDE, light) * scale
    frame = b"FRAME\n" + bytes(plane).ljust(WIDE * HIGH, light) + b"\x80" * (WIDE * HIGH // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDE} H{HIGH} F10:1 Ip A1:1 C420mpeg2\n".encode() + frame * FRAMES)
    return path
