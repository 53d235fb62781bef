"""Finds a Chromium to drive. `python -m tests.browser.chromium` prints its path; exit code 1 where there is none."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> Path | None:
    """`CHROMIUM` where it is set, else a browser of the system, else one that Playwright has downloaded."""
    named = [os.environ.get("CHROMIUM", ""), *NAMES]
    for found in filter(None, map(shutil.which, filter(None, named))):
        return Path(found)
    return next(iter(sorted(_downloads().glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def _downloads() -> Path:
    return Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")


if __name__ == "__main__":
    where = find()
    if where is None:
        sys.exit("no Chromium found")
    print(where)  # noqa: T201
