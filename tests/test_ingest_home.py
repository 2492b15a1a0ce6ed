"""The data folder has one owner at a time, and says who."""

import subprocess
import sys
from pathlib import Path

import pytest

from ingest import home
from ingest.errors import OperatorError

HOLD = """
import sys
from pathlib import Path
from ingest import home
held = home.open(Path(sys.argv[1]), "kizuna serve")
print("mine", flush=True)
sys.stdin.read()
"""


def test_the_second_owner_is_told_who_is_first(tmp_path: Path) -> None:
    first = home.open(tmp_path / "new" / "desk", "kizuna serve")
    assert first.database == tmp_path / "new" / "desk" / "kizuna.db"
    assert first.vectors == tmp_path / "new" / "desk" / "chroma"
    with pytest.raises(OperatorError, match=r"in use by process \d+ \(kizuna serve\)"):
        home.open(first.path, "kizuna ingest")
    first.close()
    home.open(first.path, "kizuna ingest").close()


def test_another_process_counts_and_its_death_frees_the_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(OperatorError, match=rf"process {other.pid}"):
            home.open(tmp_path, "kizuna ingest")
        other.kill()
    home.open(tmp_path, "kizuna ingest").close()


def test_a_spoilt_note_of_the_owner_is_no_trouble(tmp_path: Path) -> None:
    first = home.open(tmp_path, "kizuna serve")
    (tmp_path / "owner.json").write_text("{")
    with pytest.raises(OperatorError, match="in use by another process"):
        home.open(tmp_path, "kizuna ingest")
    first.close()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OperatorError, match="Choose another with --home"):
        home.open(tmp_path / "file", "kizuna ingest")


def test_a_note_that_cannot_be_written_gives_the_folder_up(tmp_path: Path) -> None:
    (tmp_path / "owner.json").mkdir()
    with pytest.raises(OperatorError, match="cannot be used"):
        home.open(tmp_path, "kizuna serve")
    (tmp_path / "owner.json").rmdir()
    home.open(tmp_path, "kizuna serve").close()
