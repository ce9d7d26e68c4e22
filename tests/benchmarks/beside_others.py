"""Settling beside what one would use instead: `python -m tests.benchmarks.beside_others`.

It makes an environment for OpenFisca-core, measures all in one run, and writes the table into
docs/performance.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

import numpy as np

import bcf_payments as bcf

from .synthetic import tables
from .test_growth import MEASURES, by_hand

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- beside others -->\n", "<!-- end -->\n"
AREAS = (151, 15_100, 151_000)
ROUNDS = {151: 30, 15_100: 7, 151_000: 3}
OPENFISCA = "openfisca-core==46.0.1"
SCHEME = bcf.load_scheme("october_2013")
NOT_DONE = {
    "plain pandas": "check input; conditions, reviews; shares that add up to the pot; explain",
    "OpenFisca-core": "check input; conditions, reviews; shares that add up to the pot; more than 32-bit"
    " floats; it traces which variables a figure came from, and cites no rule",
    "`settle`": "",
}


class Found(NamedTuple):
    """The least seconds of a few rounds, and the pence of each line and area."""

    seconds: float
    pence: np.ndarray


def in_pandas(case: bcf.Tables) -> Found:
    """An analyst's merge, groupby and arithmetic."""
    seconds = [_timed(lambda: by_hand(case, SCHEME)) for _ in range(ROUNDS[len(case.areas)])]
    lines = by_hand(case, SCHEME)[2]
    slots = {(slot.wave, slot.name): line for line, slot in enumerate(SCHEME.metric_lines)}
    order = np.array([slots[key] for key in zip(lines["wave"], lines["metric"], strict=True)])
    pence = np.zeros((len(slots), len(case.areas)))
    codes = case.areas["area_code"].sort_values().tolist()
    places = np.searchsorted(codes, lines["area_code"].to_numpy(dtype=str))
    pence[order, places] = np.rint(lines["earned"] * 100)
    return Found(min(seconds), pence)


def in_openfisca(case: bcf.Tables, python: Path, folder: Path) -> Found:
    """The same rule as variables and formulas, in its own environment."""
    rounds = range(ROUNDS[len(case.areas)])
    laying_out = min(_timed(lambda: _laid_out(case)) for _ in rounds)
    file = folder / f"{len(case.areas)}.npz"
    np.savez(
        file,
        **_laid_out(case),
        shares=[float(slot.rule.share.value) for slot in SCHEME.metric_lines],
        lower=[SCHEME.metrics[slot.name].direction.value == "lower" for slot in SCHEME.metric_lines],
        pot=float(SCHEME.pot.amount_pounds.value),
        rounds=len(rounds),
    )
    rule = Path(__file__).with_name("openfisca_rule.py")
    done = subprocess.run([python, rule, file], check=True, capture_output=True, text=True)  # noqa: S603
    return Found(laying_out + min(json.loads(done.stdout)), np.load(f"{file}.earned.npy") * 100)


def _laid_out(case: bcf.Tables) -> dict[str, np.ndarray]:
    """The arrays that OpenFisca asks for: a rate of each line, areas in one order."""
    lines = case.plans.merge(case.outcomes, on=["area_code", "wave", "metric"]).sort_values("area_code")
    by_line = dict(list(lines.groupby(["wave", "metric"])))
    rows = [by_line[slot.wave, slot.name] for slot in SCHEME.metric_lines]
    rates = {
        rate: np.stack([row[f"{rate}_numerator"] / row[f"{rate}_denominator"] for row in rows])
        for rate in MEASURES
    }
    return rates | {"weight": case.areas.sort_values("area_code")["nhs_weight"].to_numpy()}


def in_settle(case: bcf.Tables) -> Found:
    """This package: every line, checked, exact, to be explained."""
    seconds = [_timed(lambda: bcf.settle(*case)) for _ in range(ROUNDS[len(case.areas)])]
    payments = bcf.settle(*case).payments
    lines = [
        payments[(payments["wave"] == s.wave) & (payments["line"] == s.name)] for s in SCHEME.metric_lines
    ]
    return Found(min(seconds), np.stack([line["earned_pence"].to_numpy() for line in lines]))


def _timed(run) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def measured() -> str:
    """The table, in Markdown."""
    found: dict[str, dict[int, Found]] = {name: {} for name in NOT_DONE}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "environment")
        venv.create(home, with_pip=True)
        python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", OPENFISCA], check=True)  # noqa: S603
        for areas in AREAS:
            case = tables(areas)
            found["plain pandas"][areas] = in_pandas(case)
            found["OpenFisca-core"][areas] = in_openfisca(case, python, Path(folder))
            found["`settle`"][areas] = in_settle(case)
    heads = [f"{areas:,} areas" for areas in AREAS]
    rows = [
        ["", *heads, "lines not paid as the rule says", "what it does not do"],
        ["---"] * 6,
    ]
    exact = found["`settle`"][AREAS[-1]].pence
    for name, by_size in found.items():
        ratios = [f"{by_size[n].seconds / found['plain pandas'][n].seconds:.2f}" for n in AREAS]
        off = np.abs(np.rint(by_size[AREAS[-1]].pence) - exact)
        wrong = f"{(off >= 1).mean():.0%} of lines, at most £{off.max() / 100:,.2f}" if off.any() else "none"
        rows.append([name, *ratios, wrong, NOT_DONE[name] or "-"])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main() -> None:
    """Measure, and write the table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    table = measured()
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
