"""What the portal depends on is pinned with hashes, is written down, and has a licence that lets a province run it."""

import re

import pytest

from portal.settings import ROOT
from script import dependencies

LICENCES = {"MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "MPL-2.0", "LGPL-3.0-only"}
LICENCES |= {"OFL-1.1", "ISC", "0BSD", "MIT-CMU"}


def test_the_page_of_dependencies_is_that_of_the_locks() -> None:
    assert dependencies.PAGE.read_text(encoding="utf-8") == dependencies.page()


def test_every_licence_is_one_that_was_agreed_to() -> None:
    packages = [*dependencies.python_packages(), *dependencies.front_end_packages()]
    assert len(packages) > 50
    for package in packages:
        assert set(re.split(r" OR | AND ", package.licence)) <= LICENCES, package


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_every_python_package_is_pinned_with_hashes(file: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / file).read_text(encoding="utf-8"))
    pins = [block for block in blocks if not block.startswith("#")]
    assert pins
    for block in pins:
        assert dependencies.PIN.match(block), block
        assert "--hash=sha256:" in block, block
