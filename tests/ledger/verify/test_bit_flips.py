"""A thousand bits flipped at random in what is served, one at a time: a thousand found."""

import random

from tests.ledger.verify.mirrors import Mirror, audited, lives

FLIPS = 1000
SEED = 20200601


def test_every_flipped_bit_is_found() -> None:
    mirror = Mirror(lives(300))
    assert audited(mirror).exit_code == 0
    chance = random.Random(SEED)
    paths = sorted(mirror.files)
    flipped = dict.fromkeys(paths, 0)
    for _ in range(FLIPS):
        path = chance.choice(paths)
        whole = mirror.files[path]
        bit = chance.randrange(len(whole) * 8)
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        mirror.files[path] = bytes(changed)
        report = audited(mirror)
        assert report.exit_code == 1, f"bit {bit} of {path}"
        assert not report.log_is_sound
        mirror.files[path] = whole
        flipped[path] += 1
    assert min(flipped.values()) > 50
    assert set(flipped) == {"checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"} | {
        "tile/entries/000",
        "tile/entries/001.p/44",
    }
