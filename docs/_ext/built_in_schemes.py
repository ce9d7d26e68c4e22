"""The built-in schemes, read from their files."""

from __future__ import annotations

from bcf_payments import Scheme, available_schemes, load_scheme
from bcf_payments.schemes.parts import Wave
from bcf_payments.words import day


def markdown() -> str:
    """A section for each scheme: its payment points, and every rule with its source and basis."""
    return "\n\n".join(_section(load_scheme(name)) for name in available_schemes())


def _section(scheme: Scheme) -> str:
    rows = scheme.rules().itertuples(index=False)
    points = "\n".join(_payment_point(wave) for wave in scheme.waves)
    rules = "\n".join(
        f"| `{rule}` | {_code(value)} | {basis} | {source} |" for rule, value, source, basis in rows
    )
    return f"""\
## {scheme.name}

{scheme.title}.

| payment point | title | paid on | pays on (share of the pot) |
|---|---|---|---|
{points}

<details><summary>All {len(scheme.cited())} rules of {scheme.name}</summary>

| rule | value | basis | facts |
|---|---|---|---|
{rules}

</details>"""


def _payment_point(wave: Wave) -> str:
    lines = ", ".join(
        f"`{line.name}`" + (f" ({line.share.value})" if line.share else "") for line in wave.lines
    )
    return f"| `{wave.name}` | {wave.title} | {day(wave.payment_date.value)} | {lines} |"


def _code(value: str) -> str:
    return f"`{value}`".replace("|", r"\|")
