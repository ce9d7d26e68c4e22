"""Files replaced as one set, whatever fails and whenever the writing is killed.

All files are written whole into a folder beside their targets. Renaming that folder is the moment from which
the writing counts; then the files move one by one. Whoever writes into the place next, which one writer at a
time does, moves what a killed writer has left to be moved, and removes what it had not finished.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeAlias

from bcf_payments.errors import NoFolderError
from bcf_payments.files.faults import refuse
from bcf_payments.files.interrupts import Interrupts, uninterrupted

if sys.platform != "win32":
    import fcntl

Writers: TypeAlias = dict[str, Callable[[Path], object]]
"""What writes each file, by its name."""

WRITING = ".bcf-writing-"
"""How the name of a folder begins whose files are not all written: as if they were not there."""

WRITTEN = ".bcf-written-"
"""How it begins once they are: the writing counts, and they have only to be moved."""


def write_files(files: Writers, folder: Path) -> list[Path]:
    """Write files into a folder: all, or, where one cannot be written or replaced or Ctrl-C is pressed, none.

    A killed writing is undone or finished by the next one into the folder. A name leads nowhere else.
    """
    for name in files:
        if Path(name).name != name or "\0" in name:
            fix = "give each table a name that a file can have, without folders in it"
            refuse("output", "out_of_range", column="tables", value=name, fix=fix)
    if file := next((place for place in (folder, *folder.parents) if place.is_file()), None):
        raise NoFolderError.at(file, "give a folder: a file of this name is there")
    targets = [folder / name for name in files]
    with uninterrupted() as interrupts, _made(folder), _one_writer(folder, interrupts):
        staged = Path(mkdtemp(prefix=WRITING, dir=folder))
        try:
            with interrupts.let_in():
                for name, write in files.items():
                    write(staged / name)
            _check_replaceable(targets)
            _replace(staged, folder, targets)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return targets


def unfinished(folder: Path) -> bool:
    """Whether a writing into a folder counts, and not all of its files have been moved."""
    return any(folder.glob(f"{WRITTEN}*"))


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """A folder, which goes again with those above it where nothing comes to stand in it."""
    new = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for place in new:
            with suppress(OSError):
                place.rmdir()
        raise


@contextmanager
def _one_writer(folder: Path, interrupts: Interrupts) -> Iterator[None]:
    """Wait for other writers, and end what a killed one began; a file system without locks does neither."""
    if sys.platform == "win32":  # no such locks: writers do not wait, and leftovers stay
        yield
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            with interrupts.let_in():
                fcntl.flock(held, fcntl.LOCK_EX)
            _end_killed(folder)
        yield
    finally:
        os.close(held)


def _end_killed(folder: Path) -> None:
    """Finish the writings that count, and remove the others; those of other users stay."""
    own = [left for left in folder.glob(".bcf-writ*") if left.lstat().st_uid == os.geteuid()]
    for left in own:
        if left.name.startswith(WRITTEN):
            _move(left, folder)
        if left.name.startswith((WRITTEN, WRITING)):
            shutil.rmtree(left, ignore_errors=True)


def _check_replaceable(targets: Sequence[Path]) -> None:
    for target in targets:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder: give another name", str(target))


def _replace(staged: Path, folder: Path, targets: Sequence[Path]) -> None:
    """Let the writing count and move its files; where one cannot be moved, bring the old ones back."""
    kept = Path(mkdtemp(prefix=WRITING, dir=folder))
    written = folder / staged.name.replace(WRITING, WRITTEN)
    try:
        for target in targets:
            if target.is_symlink() or target.exists():
                _keep(target, kept / target.name)
        staged.rename(written)
        try:
            _move(written, folder)
        except BaseException:
            _move_back(targets, written, kept)
            written.rename(staged)
            raise
        written.rmdir()
    finally:
        shutil.rmtree(kept, ignore_errors=True)


def _keep(target: Path, copy: Path) -> None:
    try:
        os.link(target, copy, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a file system without links
        shutil.copy2(target, copy, follow_symlinks=False)


def _move(written: Path, folder: Path) -> None:
    for file in sorted(written.iterdir()):
        file.replace(folder / file.name)


def _move_back(targets: Sequence[Path], written: Path, kept: Path) -> None:
    """Undo `_move`; a file counts as moved until its new version is back, so that it can be moved again."""
    for target in targets:
        new, old = written / target.name, kept / target.name
        if not new.is_symlink() and not new.exists():
            target.replace(new)
            if old.is_symlink() or old.exists():
                old.replace(target)
