"""The command line: `bcf-payments`."""

from __future__ import annotations

import io
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from bcf_payments.cli.exits import INTERRUPTED, REFUSED


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after `bcf-payments`; by default those that the process was started with.

    Returns
    -------
    int
        0: done; 1: the input is refused or not there; 2: wrong usage; 130: interrupted.
    """
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    if sys.stdout is None:
        print("standard output is closed: send it somewhere, such as to /dev/null", file=sys.stderr)
        return REFUSED
    _print_any_character()
    try:
        status = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _print_nothing_more()  # nobody reads on: `| head`
        return 0
    except OSError as error:
        _print_nothing_more()
        print(f"standard output: {error.strerror or error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    return status


def _run(argv: Sequence[str] | None) -> int:
    from bcf_payments.cli.arguments import parse

    try:
        arguments = parse(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    try:
        return _do(arguments)
    except BrokenPipeError:
        raise
    except OSError as error:
        from bcf_payments.cli.layout import show

        show(f"{error.filename or 'file'}: {error.strerror or error}", sys.stderr)
        return REFUSED


def _do(arguments: Namespace) -> int:
    from bcf_payments.cli.commands import COMMANDS
    from bcf_payments.errors import BcfError

    try:
        status = COMMANDS[arguments.command](arguments)
    except BcfError as error:
        from bcf_payments.cli.problems import report

        if isinstance(error, OSError):
            raise
        report(error, arguments.problems, vars(arguments).get("checked_against", ""))
        return REFUSED
    return status or 0


def _print_nothing_more() -> None:
    """Let what is still to be printed go nowhere, or Python would fail on it once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_any_character() -> None:
    """Let a terminal that lacks a character (£, or one in a name) show a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
