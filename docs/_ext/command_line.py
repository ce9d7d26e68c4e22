"""The command line, read from its parser."""

from __future__ import annotations

import argparse
import os
from unittest.mock import patch

from bcf_payments.cli.arguments import parser as whole_parser

ANY_TERMINAL = {"COLUMNS": "88", "NO_COLOR": "1"}


def commands(top: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The parsers of the commands, in the order of the help."""
    (choices,) = (action.choices for action in top._actions if isinstance(action.choices, dict))
    return list(choices.values())


def markdown() -> str:
    """A section for all commands together and one for each: usage, purpose, and a table of its arguments."""
    with patch.dict(os.environ, ANY_TERMINAL):
        top = whole_parser()
        parts = [_section(command) for command in commands(top)]
    rows = [
        f"| [`{each.prog}`](#{each.prog.replace(' ', '-')}) | {_cell(each.description)} |"
        for each in commands(top)
    ]
    return "\n\n".join([f"## {top.prog}", top.description, _table("command", rows), top.epilog, *parts])


def _section(command: argparse.ArgumentParser) -> str:
    shown = [action for action in command._actions if action.help is not argparse.SUPPRESS]
    table = _table("argument", [_row(command, action) for action in shown])
    usage = command.format_usage().removeprefix("usage: ")
    return f"## {command.prog}\n\n{command.description}\n\n```{{code-block}} text\n{usage}```\n\n{table}"


def _table(what: str, rows: list[str]) -> str:
    return "\n".join([f"| {what} | what it does |", "|---|---|", *rows])


def _row(command: argparse.ArgumentParser, action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else action.metavar or " or ".join(action.choices or ())
    names = [f"{name} {value}".strip() for name in action.option_strings] or [value]
    said = command._get_formatter()._expand_help(action) if action.help else ""
    return f"| {', '.join(f'`{name}`' for name in names)} | {_cell(said)} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")
