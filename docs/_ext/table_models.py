"""The columns of each table's pandera model, shown with the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandera.pandas as pa

if TYPE_CHECKING:
    from sphinx.application import Sphinx

KINDS = {"int64": "whole number", "float64": "number", "bool": "true or false"}
"""Types by their names; any other is text."""

WORDS = {
    "isin": lambda check: ", ".join(
        f"``{value}``" if value else "blank" for value in check["allowed_values"]
    ),
    "greater_than_or_equal_to": lambda check: f"at least {check['min_value']}",
    "greater_than": lambda check: f"above {check['min_value']}",
    "less_than_or_equal_to": lambda check: f"at most {check['max_value']}",
    "str_length": lambda _: "not blank",
}
"""What a check says, from its figures."""


def add_columns(_app: Sphinx, what: str, _name: str, value: Any, _options: object, lines: list[str]) -> None:
    """Add the columns of a table's model to its docstring, with what holds for each."""
    if what != "class" or not issubclass(value, pa.DataFrameModel):
        return
    lines += ["", ".. list-table::", "   :header-rows: 1", "", "   * - column", "     - type"]
    lines += ["     - what it is", "     - holds"]
    for name, column in value.to_schema().columns.items():
        holds = [WORDS[check.name](check.statistics) for check in column.checks]
        holds += ["may be missing"] if column.nullable else []
        kind = KINDS.get(str(column.dtype), "text")
        lines += [f"   * - ``{name}``", f"     - {kind}"]
        lines += [f"     - {column.description}", f"     - {'; '.join(holds)}"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("autodoc-process-docstring", add_columns)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
