"""A photograph is kept without what the camera wrote beside it, and looks the same as before."""

import io

import pi_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.files import file_kinds, file_reading, heic_files
from portal.files.file_refusals import FileRefused
from tests.dossiers import photographs

pi_heif.register_heif_opener(thumbnails=False)
CLEAN = {"jpg": "image/jpeg", "png": "image/png", "heic": "image/heic"}


@pytest.fixture(scope="module", params=photographs.ALL)
def extension(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def cleaned(extension: str) -> tuple[bytes, bytes, file_reading.Examined]:
    media_type, make = photographs.ALL[extension]
    before = make()
    examined = file_reading.examine(before, extension=extension, declared=media_type)
    assert examined.media_type == media_type
    return before, examined.data, examined


def test_nothing_of_place_camera_author_or_second_pictures_is_left(extension: str) -> None:
    before, after, _ = cleaned(extension)
    assert any(secret in before for secret in photographs.SECRETS)
    assert not [secret for secret in photographs.SECRETS if secret in after]
    with Image.open(io.BytesIO(after)) as picture:
        assert set(picture.getexif()) <= {0x0112}
        assert not picture.getexif().get_ifd(0x8825)
        assert "xmp" not in picture.info and "comment" not in picture.info


def test_the_picture_is_the_same_to_the_last_pixel_and_stands_the_same_side_up(extension: str) -> None:
    before, after, _ = cleaned(extension)
    with Image.open(io.BytesIO(before)) as was, Image.open(io.BytesIO(after)) as now:
        assert was.tobytes() == now.tobytes()
        assert was.size == now.size
        if extension != "heic":  # there it is a property of the picture, already applied
            assert now.getexif()[0x0112] == photographs.SIDEWAYS


def test_a_preview_is_small_the_right_side_up_and_tells_nothing(extension: str) -> None:
    _, _, examined = cleaned(extension)
    assert examined.preview is not None
    with Image.open(io.BytesIO(examined.preview), formats=["JPEG"]) as small:
        assert small.size == (48, 64)
        assert not small.getexif()
        corner = small.convert("RGB").getpixel((small.width - 4, 4))
    assert isinstance(corner, tuple)
    assert corner[2] > corner[0], "blue is at the upper right after the turn"


def test_cleaning_twice_is_cleaning_once(extension: str) -> None:
    media_type, _ = photographs.ALL[extension]
    _, after, _ = cleaned(extension)
    assert file_kinds.examine(after, extension=extension, declared=media_type) == (media_type, after)


def test_a_heic_keeps_its_size_and_its_place_of_everything() -> None:
    after = heic_files.clean(photographs.HEIC)
    assert len(after) == len(photographs.HEIC)
    assert b"Exif" not in after and b"xmpmeta" not in after
    assert after[:64] == photographs.HEIC[:64]


@given(st.sampled_from(sorted(photographs.ALL)), st.data())
def test_a_photograph_with_bytes_changed_or_cut_is_cleaned_or_refused(extension: str, data: st.DataObject) -> None:
    """Never anything else, whatever comes: no other error, and nothing that grows."""
    changed = bytearray(photographs.ALL[extension][1]())
    for _ in range(data.draw(st.integers(0, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    broken = bytes(changed[: data.draw(st.integers(0, len(changed)))])
    try:
        _, kept = file_kinds.examine(broken, extension=extension, declared=None)
    except FileRefused:
        return
    assert len(kept) <= len(broken) + 64
