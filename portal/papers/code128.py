"""Code 128 (ISO/IEC 15417), code set B: the bar code of a dossier's reference, as SVG. Pure."""

_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 "
    "113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 "
    "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 "
    "113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 "
    "241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 "
    "211232"
)
PATTERNS = _WIDTHS.split()
START_B = 104
STOP = "2331112"
QUIET = 10
HEIGHT = 32


def bars(text: str) -> str:
    """The widths of bars and spaces, in modules, beginning with a bar; ValueError for what set B has not."""
    values = [ord(letter) - 32 for letter in text]
    if not text or not all(0 <= value < 96 for value in values):
        raise ValueError("Code 128 B holds printable ASCII alone")
    check = (START_B + sum(place * value for place, value in enumerate(values, start=1))) % 103
    return "".join(PATTERNS[value] for value in (START_B, *values, check)) + STOP


def bar_code(text: str) -> str:
    """As SVG with its quiet zones, one unit a module."""
    at, drawn = QUIET, []
    for place, width in enumerate(map(int, bars(text))):
        if place % 2 == 0:
            drawn.append(f"M{at} 0h{width}v{HEIGHT}h-{width}z")
        at += width
    size = f"{at + QUIET} {HEIGHT}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"><path d="{"".join(drawn)}"/></svg>'
