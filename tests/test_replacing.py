"""Files are replaced as one set: whatever fails, and whenever the writing is killed."""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bcf_payments.errors import InputError
from bcf_payments.files import read_tables, replacing
from bcf_payments.files.replacing import WRITING, WRITTEN, write_files
from bcf_payments.files.writing import text_files

NAMES = [f"table_{number}.csv" for number in range(8)]
KILLS = 30


def write(folder: Path, text: str) -> None:
    write_files(text_files(dict.fromkeys(NAMES, text)), folder)


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


def killed_at(moment: int, folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write in a child that dies without a word at its n-th rename."""
    if os.fork() == 0:  # pragma: no cover
        renames = iter(range(1000))

        def dying(move: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
            def moving(self: Path, target: Path) -> Path:
                if next(renames) == moment:
                    os.kill(os.getpid(), signal.SIGKILL)
                return move(self, target)

            return moving

        monkeypatch.setattr(Path, "rename", dying(Path.rename))
        monkeypatch.setattr(Path, "replace", dying(Path.replace))
        write(folder, text)
        os._exit(0)
    os.wait()


@pytest.mark.parametrize("moment", range(len(NAMES) + 2))
def test_what_a_writer_killed_at_any_rename_leaves_the_next_one_undoes_or_finishes(
    tmp_path: Path, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "old")
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    killed_at(moment, tmp_path, "new", monkeypatch)
    write_files(text_files({"other.csv": "other"}), tmp_path)
    expected = "old" if moment == 0 else "new"
    assert contents(tmp_path) == dict.fromkeys(NAMES, expected) | {"mine.txt": "mine", "other.csv": "other"}


def test_tables_are_not_read_while_old_and_new_ones_stand_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "old")
    killed_at(4, tmp_path, "new", monkeypatch)
    with pytest.raises(InputError, match="write into the folder once more"):
        read_tables(tmp_path)


def writing_for_ever(folder: Path, name: str) -> tuple[int, int]:
    """A child that writes one set after the other, and the end of a pipe into which it tells of each."""
    read, told = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        for number in itertools.count():
            write(folder, f"{name} {number}")
            os.write(told, b"x")
    os.close(told)
    return child, read


def test_two_writers_killed_at_random_moments_never_mix_their_files(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    write(tmp_path, "old")
    for number in range(KILLS // 2):
        for child, told in [writing_for_ever(tmp_path, f"{name} {number}") for name in ("one", "two")]:
            os.read(told, 1)
            for _ in range(chance.randrange(100_000)):
                pass
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(told)
        write_files(text_files({"other.csv": "other"}), tmp_path)
        found = contents(tmp_path)
        assert set(found) == {*NAMES, "other.csv"}
        assert len({found[name] for name in NAMES}) == 1


def test_writers_in_threads_wait_for_one_another(tmp_path: Path) -> None:
    threads = [threading.Thread(target=write, args=(tmp_path, str(number))) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = contents(tmp_path)
    assert set(found) == set(NAMES)
    assert len(set(found.values())) == 1


@pytest.mark.parametrize("name", NAMES[::7])
def test_a_target_that_is_a_folder_leaves_everything_as_it_was(tmp_path: Path, name: str) -> None:
    write(tmp_path, "old")
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    with pytest.raises(IsADirectoryError, match="is a folder"):
        write(tmp_path, "new")
    (tmp_path / name).rmdir()
    assert contents(tmp_path) == dict.fromkeys({*NAMES} - {name}, "old")


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_cannot_be_moved_brings_the_old_ones_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    write(tmp_path, "old")
    (tmp_path / NAMES[0]).unlink()
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target == tmp_path / NAMES[5]:
            raise PermissionError(13, "used by another program", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    if not links:
        monkeypatch.setattr(replacing.os, "link", no_links)
    with pytest.raises(PermissionError, match="used by another program"):
        write(tmp_path, "new")
    assert contents(tmp_path) == dict.fromkeys(NAMES[1:], "old")


def no_links(*_: object, **__: object) -> None:
    raise OSError(95, "Operation not supported")


def test_a_writing_that_fails_leaves_no_new_folder(tmp_path: Path) -> None:
    def full(file: Path) -> None:
        raise OSError(28, "No space left on device", str(file))

    with pytest.raises(OSError, match="No space left"):
        write_files({"a.csv": full}, tmp_path / "new" / "newer")
    assert list(tmp_path.iterdir()) == []


def test_folders_of_similar_names_are_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / ".bcf-writ").mkdir()
    (tmp_path / ".writing-mine").mkdir()
    write(tmp_path, "new")
    left = {file.name for file in tmp_path.iterdir()}
    assert {".bcf-writ", ".writing-mine"} <= left
    assert not any(name.startswith((WRITING, WRITTEN)) for name in left)
