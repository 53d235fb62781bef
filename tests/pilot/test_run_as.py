"""Who owns the files of the embedded PostgreSQL."""

import os
import threading
from pathlib import Path

from portal.pilot.run_as import RunAs


def test_files_that_go_while_they_are_given_to_the_owner_need_none(tmp_path: Path) -> None:
    ending = threading.Event()

    def a_server_that_ends() -> None:
        while not ending.is_set():
            folder = tmp_path / "replication"
            folder.mkdir()
            passing = [folder / f"{number}.tmp" for number in range(40)]
            for path in passing:
                path.touch()
            for path in passing:
                path.unlink()
            folder.rmdir()

    other = threading.Thread(target=a_server_that_ends)
    other.start()
    try:
        for _ in range(300):
            RunAs(owner=os.getuid()).own(tmp_path)
    finally:
        ending.set()
        other.join()
