"""The QR codes that are really on a page of a PDF: read from its drawing, line by line, not from what was meant."""

import re

import pypdf
import segno

LINE = re.compile(r"([\d.]+) (\d+\.5) m ([\d.]+) \2 l\b")
QUIET = 4


def codes_on(page: pypdf.PageObject) -> list[list[list[bool]]]:
    """Each code's modules, row by row, without its quiet zone. A row of dark modules is a line half a module down.

    Bar codes are areas and no lines, so they are none of these.
    """
    content = page.get_contents()
    assert content is not None
    drawings = re.split(r"/Alt", content.get_data().decode("latin-1"))[1:]
    return [_modules(lines) for drawing in drawings if (lines := LINE.findall(drawing))]


def of_text(text: str, *, error: str) -> list[list[bool]]:
    """The code that the standard gives for this text."""
    made = segno.make_qr(text, error=error, mask=4, boost_error=False)
    return [[bool(module) for module in row] for row in made.matrix]


def _modules(lines: list[tuple[str, str, str]]) -> list[list[bool]]:
    dark = {
        (int(float(y)) - QUIET, x - QUIET) for start, y, end in lines for x in range(int(float(start)), int(float(end)))
    }
    side = max(row for row, _ in dark) + 1
    return [[(row, column) in dark for column in range(side)] for row in range(side)]
