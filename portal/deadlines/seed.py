"""A first draft of a year's days off, from the `holidays` library; an officer corrects it by the State's notice.

The library knows what was announced up to its own release and computes the rest from the lunar calendar.
It misses, for one, the swap of 2 and 10 January 2026.
"""

import csv
import io
import re
from importlib.metadata import version

import holidays

COLUMNS = ("day", "kind", "reason", "reason_en", "source")


def rows(year: int) -> list[tuple[str, str, str, str, str]]:
    """The rows of `data/<year>.csv` as the library has them, in order of days."""
    years = (year - 1, year, year + 1)
    vietnamese = holidays.country_holidays("VN", years=years, language="vi")
    english = holidays.country_holidays("VN", years=years, language="en_US")
    found = {day: ("off", name, _day_first(english[day])) for day, name in vietnamese.items()}
    for day in vietnamese.weekend_workdays:
        instead = next((off for off, name in vietnamese.items() if f"{day:%d/%m/%Y}" in name), None)
        if instead is not None:
            found[day] = (
                "worked",
                f"Làm bù cho ngày {instead:%d/%m/%Y}",
                f"Make-up working day for {instead:%d/%m/%Y}",
            )
    source = f"holidays {version('holidays')}"
    return [(day.isoformat(), *found[day], source) for day in sorted(found) if day.year == year]


def _day_first(name: str) -> str:
    """Dates inside the library's English names are American."""
    return re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\2/\1/\3", name)


def as_csv(year: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(year))
    return text.getvalue()
