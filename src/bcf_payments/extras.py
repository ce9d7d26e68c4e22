"""Packages that only some features need: imported on first use, or missed with the command that adds them."""

from __future__ import annotations

import importlib
from types import ModuleType

from bcf_payments.errors import MissingExtraError

EXTRAS = {
    "distributed": "distributed",
    "hypothesis": "test",
    "matplotlib": "plot",
    "openpyxl": "excel",
    "pyarrow": "parquet",
    "shtab": "completion",
    "tqdm": "progress",
}
"""The extra of this package that installs a module."""


def require_extra(module: str, task: str, part: str = "") -> ModuleType:
    """Import a package that an extra installs.

    Parameters
    ----------
    module : str
        The package, one of `EXTRAS`.
    task : str
        What needs it, as the beginning of a sentence.
    part : str
        The module of the package that the task needs, if not the package itself.

    Returns
    -------
    module

    Raises
    ------
    MissingExtraError
        It is not installed; the message names the command that installs it, as every shell takes it.

    Examples
    --------
    >>> require_extra("pyarrow", "reading areas.parquet", "pyarrow.parquet").__name__
    'pyarrow.parquet'
    """
    try:
        return importlib.import_module(part or module)
    except ImportError as error:
        command = f'python -m pip install "bcf-payments[{EXTRAS[module]}]"'
        raise MissingExtraError(f"{task} needs {module}: {command}") from error
