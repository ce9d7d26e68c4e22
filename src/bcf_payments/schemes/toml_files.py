"""Files of TOML as data: whatever is wrong with one is one sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from bcf_payments.exact.numbers import MAX_WRITTEN
from bcf_payments.given import told

DEEPEST = 50
"""How many tables and lists may stand in one another; what a file of ours says needs about ten."""


MOST_BYTES = 10 * 2**20
"""Of a file; our longest takes a thousandth of it."""


class UnreadableTomlError(ValueError):
    """A file that is no TOML, or holds what nobody could have meant."""


def read_toml(path: Path) -> dict[str, Any]:
    """The data of a TOML file: see `read_text`, `parse_toml`."""
    return parse_toml(read_text(path))


def read_text(path: Path) -> str:
    """The text of a file from outside.

    Parameters
    ----------
    path : Path
        The file, in UTF-8, with or without a byte-order mark.

    Returns
    -------
    str

    Raises
    ------
    UnreadableTomlError
        One sentence of what is wrong.
    """
    try:
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableTomlError(f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableTomlError("cannot be read: save the file as UTF-8") from error
    except ValueError as error:  # a NUL, or half a character
        raise UnreadableTomlError("cannot be read: no file can have such a name") from error
    if len(data) > MOST_BYTES:
        raise UnreadableTomlError(f"too large: more than {MOST_BYTES:,} bytes")
    return text


def parse_toml(given: object) -> dict[str, Any]:
    """The data of a text in TOML: see `read_toml`."""
    if not isinstance(given, str):
        fix = f"the text of a TOML file is needed, not {told(given)}: read the file with load_scheme(path)"
        raise UnreadableTomlError(fix)
    text = given.removeprefix("\ufeff")
    too_deep = f"nested too deep: more than {DEEPEST} tables or lists in one another"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableTomlError(f"not valid TOML: {error}") from error
    except RecursionError:
        raise UnreadableTomlError(too_deep) from None
    except ValueError as error:  # Python reads no whole number of more digits than it could write
        raise UnreadableTomlError(_TOO_LONG) from error
    level: list[Any] = [data]
    for _ in range(DEEPEST):
        if any(isinstance(value, int) and abs(value) >= 10**MAX_WRITTEN for value in level):
            raise UnreadableTomlError(_TOO_LONG)
        level = [inner for value in level for inner in _within(value)]
    if level:
        raise UnreadableTomlError(too_deep)
    return data


_TOO_LONG = f"a whole number or a date in it cannot be read: at most {MAX_WRITTEN:,} digits, and real days"


def _within(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
