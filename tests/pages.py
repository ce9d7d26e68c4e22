"""Pages as programs: their blocks run in order, in one folder, and what they show is what was printed."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bcf_payments.cli import main

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ELLIPSIS = "..."
PREPARING = {"python3", ".", "pip", ".venv/bin/pip"}
"""Commands that install or activate; everything else on a page is run."""


class Block(NamedTuple):
    """A fenced block; `follows` says that no heading stands between it and the one before."""

    language: str
    text: str
    follows: bool


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text, end = page.read_text(encoding="utf-8"), 0
    for found in BLOCK.finditer(text):
        between = text[end : found.start()]
        yield Block(found[1], found[2], not re.search(r"^#", between, re.MULTILINE))
        end = found.end()


def run(page: Path) -> int:
    """Run a page in the present folder; every shown output must be what came out. Returns blocks run."""
    names: dict[str, object] = {}
    if page.name != "README.md":
        exec("import bcf_payments as bcf", names)  # noqa: S102
    printed, count = "", 0
    for block in blocks(page):
        if block.language in {"python", "sh"}:
            printed = _python(block.text, page, names) if block.language == "python" else _shell(block.text)
            count += 1
        elif block.language == "text" and block.follows and count:
            check_shown(block.text, printed)
    return count


def _python(code: str, page: Path, names: dict[str, object]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, page.name, "exec"), names)  # noqa: S102 - the project's own pages
    return out.getvalue()


def _shell(text: str) -> str:
    lines = text.replace("\\\n", " ").splitlines()
    return "".join(_command(line) for line in lines if line and line.split()[0] not in PREPARING)


def _command(line: str) -> str:
    """Run one command of ours: exit status 0, or what its remark says."""
    words = shlex.split(line, comments=True)
    assert words[0] == "bcf-payments", f"not a command of this package: {line}"
    words, place = (words[:-2], words[-1]) if ">" in words else (words, "")
    status = int(found[1]) if (found := re.search(r"# exit status (\d)", line)) else 0
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        assert main(words[1:]) == status, f"{line}\n{out.getvalue()}"
    if place:
        Path(place).write_text(out.getvalue(), encoding="utf-8")
    return "" if place else out.getvalue()


def check_shown(shown: str, printed: str) -> None:
    """What a page shows stands in what was printed, in this order; `...` leaves lines out."""
    lines, start = [line.rstrip() for line in printed.splitlines()], 0
    for part in re.split(rf"^{re.escape(ELLIPSIS)}$", shown, flags=re.MULTILINE):
        wanted = [line.rstrip() for line in part.strip("\n").splitlines()]
        places = range(start, len(lines) - len(wanted) + 1)
        found = next((place for place in places if lines[place : place + len(wanted)] == wanted), None)
        assert found is not None, f"not printed:\n{part}\nprinted:\n{printed}"
        start = found + len(wanted)


def name_of(page: Path) -> str:
    """A page, as the names of tests show it."""
    return page.relative_to(ROOT).as_posix()


def has_code(page: Path) -> bool:
    """Whether there is something to run on a page."""
    return any(block.language in {"python", "sh"} for block in blocks(page))


def plain(page: Path) -> str:
    """The text of a page on one line, without quotation marks of Markdown."""
    return re.sub(r"\s*\n(> ?)?\s*", " ", page.read_text(encoding="utf-8"))


def shows_the_example(page: Path) -> bool:
    """Whether a page shows figures of an embedded example: it settles or names one."""
    ours = re.compile(
        r"load_example\(|bcf-payments (settle|explain|compare|assumptions|report|return|simulate)\b"
    )
    return any(ours.search(block.text) for block in blocks(page))


def without_blocks(page: Path) -> str:
    """The prose of a page."""
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def headings(page: Path) -> list[tuple[int, str]]:
    """Level and text of each heading."""
    found = re.findall(r"^(#+) (.*)$", without_blocks(page), re.MULTILINE)
    return [(len(marks), text) for marks, text in found]


def anchors(page: Path) -> set[str]:
    """What a link to a part of a page may name, as code hosts make it from headings."""
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for _, text in headings(page)}


def links(page: Path) -> list[str]:
    """Where the links of a page lead."""
    return re.findall(r"\]\(([^)]+)\)", without_blocks(page))
