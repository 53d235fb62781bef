"""A small JPEG of a picture, for the page on which its owner looks a file over. Runs in the file worker only.

Here a picture is really decoded. What goes wrong in that is nobody's trouble: there is no preview then.
"""

import io
from collections.abc import Mapping
from types import MappingProxyType

import pi_heif
from PIL import Image, ImageOps

from portal.files import file_kinds, photographs

SIDE = 640
QUALITY = 78
FORMATS: Mapping[str, str] = MappingProxyType({file_kinds.JPEG: "JPEG", file_kinds.PNG: "PNG", file_kinds.HEIC: "HEIF"})
BROKEN = (OSError, ValueError, SyntaxError, EOFError, RuntimeError, MemoryError, Image.DecompressionBombError)


def prepare() -> None:
    """Load all decoders now: the process that decodes may open no file any more."""
    pi_heif.register_heif_opener(thumbnails=False)
    pi_heif.options.DECODE_THREADS = 1
    Image.MAX_IMAGE_PIXELS = photographs.MOST_PIXELS // 2  # it refuses what has more than twice as many
    Image.init()
    sample = io.BytesIO()
    for kind in ("PNG", "JPEG"):
        Image.new("RGB", (1, 1)).save(sample, kind)


def preview(data: bytes, media_type: str) -> bytes | None:
    """The picture, no side longer than SIDE, the right side up; None where it cannot be decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as picture:
            picture.draft("RGB", (SIDE, SIDE))
            picture.thumbnail((SIDE, SIDE))
            small = _on_white(ImageOps.exif_transpose(picture))
    except BROKEN:
        return None
    out = io.BytesIO()
    small.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")
