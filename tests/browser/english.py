"""What an English page says in Vietnamese."""

import re
from collections.abc import Sequence

from playwright.sync_api import Page

MARKS = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]+", re.IGNORECASE)
CHROME = "h1, h2, h3, button, label, legend, th, dt, nav a, summary, .tag, .govuk-hint, .govuk-caption-l, footer p"
NOT_OURS = (
    "Hải Đăng",
    "Tiếng Việt",
    "Nguyễn Thị Minh Châu",
    "Chăm, Châu Ro",
    "Kinh",
)  # the name; examples that are data

WITHOUT_QUOTED = """found => found.map(one => [...one.querySelectorAll("[lang=vi]")].reduce(
    (words, quoted) => words.replace(quoted.innerText, ""), one.innerText))"""


def vietnamese(page: Page, name: str, *, names: Sequence[str] = ()) -> list[str]:
    """Words of the portal itself that are not in English: no names, no answers, nothing marked as Vietnamese."""
    own = page.locator(f":is({CHROME}):not([lang=vi], [lang=vi] *)")
    found = []
    for words in own.evaluate_all(WITHOUT_QUOTED):
        rest = words
        for known in (*NOT_OURS, *names):
            rest = rest.replace(known, "")
        if MARKS.search(rest):
            found.append(f"{name}: {' '.join(words.split())[:150]}")
    return found
