"""Packages of Debian and Ubuntu, where this user may install them."""

import os
import shutil

from script.bootstrapping.console import Failed, run, succeeds


def may_install() -> bool:
    """Whether apt-get is here and can be used without asking for a password."""
    return shutil.which("apt-get") is not None and (_is_root() or succeeds(["sudo", "-n", "true"]))


def install(package: str, *, needed_for: str) -> None:
    """Raises Failed with the one line to type where it may not or cannot."""
    if not may_install():
        raise Failed(
            f"{package} is needed {needed_for}. Install it, then run this again:\n    sudo apt-get install {package}"
        )
    prefix = [] if _is_root() else ["sudo", "-n"]
    environment = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    command = [*prefix, "env", *(f"{name}={value}" for name, value in environment.items()), "apt-get"]
    wanted = [*command, "install", "-y", "--no-install-recommends", package]
    try:
        run(wanted, doing=f"apt-get install {package}")
    except Failed:  # the list of packages may be old, or not there at all
        run([*command, "update"], doing="apt-get update")
        run(wanted, doing=f"apt-get install {package}")


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
