"""Scripts by which a shell completes commands, options, schemes, examples, payment points and files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from string import Template
from typing import TypeAlias

from bcf_payments.errors import require_extra
from bcf_payments.examples import available_examples
from bcf_payments.schemes import available_schemes, load_scheme

Completer: TypeAlias = dict[str, str]
"""The function that completes a word, by shell."""

SCHEME: Completer = {"bash": "_bcf_payments_scheme", "zsh": "_bcf_payments_scheme"}

PREAMBLE = {
    "bash": Template(r"""
_bcf_payments_scheme() {
  compgen -W "$schemes" -- "$$1"
  compgen -f -X '!*.toml' -- "$$1"
  compgen -d -- "$$1"
}
"""),
    "zsh": Template(r"""
_bcf_payments_scheme() {
  _alternative 'schemes:scheme:($schemes)' 'files:scheme file:_files -g "*.toml"'
}
"""),
}
"""A scheme is a name or a file."""

NAMES_OF_FILES = ("INPUT", "FILE", "DIR")
NAMES_OF_SCHEMES = ("scheme", "name", "before", "after")


def completion_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Write the script of a shell.

    Parameters
    ----------
    parser : ArgumentParser
        What the command line understands.
    shell : {"bash", "zsh"}
        Which shell is to read it.

    Returns
    -------
    str
        Static: it runs no Python when a word is completed.

    Raises
    ------
    MissingExtraError
        It needs the extra `completion`.
    """
    shtab = require_extra("shtab", "completion in a shell")
    for action in _actions(parser):
        if action.dest in NAMES_OF_SCHEMES:
            action.complete = SCHEME  # type: ignore[attr-defined]
        elif str(action.metavar).startswith(NAMES_OF_FILES):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.dest in {"example", "through"}:
            action.choices = available_examples() if action.dest == "example" else _waves()
    preamble = PREAMBLE[shell].substitute(schemes=" ".join(available_schemes()))
    return str(shtab.complete(parser, shell=shell, preamble=preamble))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of a parser and of its commands."""
    for action in parser._actions:  # noqa: SLF001
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                yield from _actions(command)


def _waves() -> Sequence[str]:
    """The payment points of all built-in schemes, each once."""
    return list(
        dict.fromkeys(name for scheme in map(load_scheme, available_schemes()) for name in scheme.wave_names)
    )
