"""What chance could pay, on the screen: a low and a high setting of noise side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.cli.layout import facts, files_written, paragraph, plain, screen, section, table
from bcf_payments.cli.settlement_screen import given
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.having import PAID_ON_CONDITIONS
from bcf_payments.simulation.showing import held_sentences
from bcf_payments.words import Column, estimated_pounds, pounds, several

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.cli.simulation_run import Simulated
    from bcf_payments.simulation import Simulation

WIDEST = 5
"""Areas that are named."""

WIDE = 0.5
"""From which share of its entitlement on an area's range is called wide."""

LOW, HIGH = "earned_p05_pence", "earned_p95_pence"

ERRORS = (
    "± standard error: how far the average may be from that of endless draws of the same model. It says"
    " nothing of whether the model is right: that is what the two settings are for."
)
NO_HIGH = (
    "Not shown: no metric has counts enough, in baselines and outcomes, to estimate its noise from."
    " --dispersion, --relative-sd and --national-sd set it."
)
RANGE = "Range: all but the lowest and the highest 1 in 20 draws. Areas that can earn nothing are left out."
CAUTION = (
    "Chance pays even where nothing truly changes, because a payment cannot fall below nothing. Whether an"
    " area is paid anything at all says least: where earlier points can be made good and are alike, it does"
    " not depend on size (L1)."
)


SHOWN: dict[str, Callable[[Any], str]] = {
    "areas that could show their target": lambda row: f"{row['areas_shown']:,} of {row['areas']:,}",
    "target of the middle area": lambda row: _per_cent(row["target_change_median"]),
    "told from chance there": lambda row: _per_cent(row["detectable_change_median"]),
    "could be rewarded": lambda row: _per_cent(row["rewardable_change"]),
    "reliability": lambda row: "not known" if pd.isna(row["reliability"]) else f"{row['reliability']:.2f}",
}
SHOWING = (
    "Changes are of the baseline, over all payment points. Told from chance: what a one-sided test at 5%"
    " shows four times in five. Could be rewarded: what no more than one area in ten reaches by chance alone."
    " Reliability: the share of the differences between areas' changes that is not noise; 0.7 is the usual"
    " bar (L5)."
)


def simulation_screen(simulated: Simulated, chosen: Chosen, written: Sequence[Path]) -> str:
    """Show what each setting of noise pays: all areas, the lines, the areas with the widest ranges."""
    first = simulated.simulations[0]
    if not first.scheme.metric_lines:
        return _certain(first, chosen, written)
    return screen(
        f"Simulation under {first.scheme.label}",
        first.notices,
        facts(_about(simulated, chosen)),
        section("What the measures can show", *_shown(simulated)),
        section("The noise", _noise(simulated)),
        section(plain(first.expected.whole), _together(simulated), paragraph(ERRORS), paragraph(CAUTION)),
        section("By payment point and line", _lines(simulated)),
        section("Areas", _areas(simulated)),
        section(f"The {WIDEST} areas with the widest ranges", _widest(simulated)),
        section("Not drawn", *_held(simulated)),
        files_written(written),
    )


def _certain(simulation: Simulation, chosen: Chosen, written: Sequence[Path]) -> str:
    """What conditions pay, whatever is drawn."""
    earned, entitled = _earned(simulation.expected), _sum(simulation, "entitlement_pence")
    said = f"{pounds(earned)} of {pounds(entitled)} is paid in every draw"
    return screen(
        f"Simulation under {simulation.scheme.label}",
        simulation.notices,
        facts([("Scheme", simulation.scheme.title), *given(chosen, simulation.through)]),
        section(plain(simulation.expected.whole), paragraph(f"{said}: {PAID_ON_CONDITIONS}.")),
        files_written(written),
    )


def _about(simulated: Simulated, chosen: Chosen) -> list[tuple[str, str]]:
    first = simulated.simulations[0]
    through = first.through
    points = first.scheme.wave_names
    ahead = len(points) - (points.index(through) + 1 if through else 0)
    known = f"outcomes through {through}" if through else "no outcome"
    workers = several(simulated.workers, "worker")
    return [
        ("Scheme", first.scheme.title),
        ("Known", f"{known}; drawn: {ahead} of {several(len(points), 'payment point')}"),
        ("Expected", first.model.expectation),
        (
            "Draws",
            f"{first.draws:,} with seed {first.seed}, by {workers}: any number of them finds the same",
        ),
        *given(chosen, through)[1:],
        ("If no size", f"{HELD[first.model.on_unknown_size]} ({simulated.on_unknown_size})"),
    ]


HELD = {
    "raise": "refused",
    "hold": "a line without a count or a sample size stands still at its expected rate",
}
"""What becomes of lines whose noise cannot be known."""


def _noise(simulated: Simulated) -> str:
    said = [
        (setting.name if not number else "", remark)
        for setting in simulated.settings
        for number, remark in enumerate(setting.remarks)
    ]
    return facts(said if len(simulated.settings) > 1 else [*said, ("high", NO_HIGH)])


def _shown(simulated: Simulated) -> list[str]:
    """How many areas could have shown their target, and what could be rewarded, under each setting."""
    found = [quality.metrics for quality in simulated.qualities]
    if found[0].empty:
        return []
    scheme = simulated.simulations[0].scheme
    labels: list[str] = []
    cells: list[list[str]] = [[] for _ in found]
    for number, metric in enumerate(found[0]["metric"]):
        labels += [line_title(scheme, metric), *(f"  {what}" for what in SHOWN)]
        for column, metrics in zip(cells, found, strict=True):
            row = metrics.iloc[number]
            column += ["", *(told(row) for told in SHOWN.values())]
    names = [setting.name for setting in simulated.settings]
    columns = [Column(name, column) for name, column in zip(names, cells, strict=True)]
    return [table(Column("", labels, kind="text"), *columns), paragraph(SHOWING)]


def _together(simulated: Simulated) -> str:
    nations = [simulation.summary().to_dict("records")[0] for simulation in simulated.simulations]
    rows: dict[str, list[float]] = {
        "Paid on average": [nation["earned_mean_pence"] for nation in nations],
        "± standard error": [nation["earned_mean_se_pence"] for nation in nations],
        "1 draw in 20 pays at most": [nation[LOW] for nation in nations],
        "1 draw in 20 pays more than": [nation[HIGH] for nation in nations],
        "On expected outcomes": [_earned(simulation.expected) for simulation in simulated.simulations],
    }
    if simulated.observed is not None:
        through = simulated.observed.through
        label = f"Earned through {through}" if through else "On observed outcomes"
        rows[label] = [_earned(simulated.observed)] * len(nations)
    rows["Can be earned"] = [_sum(simulation, "entitlement_pence") for simulation in simulated.simulations]
    return table(
        Column("", list(rows), kind="text"),
        *(
            Column(setting.name, [estimated_pounds(amounts[number]) for amounts in rows.values()])
            for number, setting in enumerate(simulated.settings)
        ),
    )


def _sum(simulation: Simulation, column: str) -> int:
    return int(simulation.expected.payments[column].sum())


def _earned(settlement: Any) -> int:
    return int(settlement.payments["earned_pence"].sum())


def _lines(simulated: Simulated) -> str:
    """Each metric line: what it can earn, earns as expected and on average, and whether targets are met."""
    found = [simulation.summary("line") for simulation in simulated.simulations]
    first, names = found[0], [setting.name for setting in simulated.settings]
    columns = [
        _money("entitlement", first["entitlement_pence"]),
        _money("as expected", first["expected_pence"]),
        *(
            _money(f"average, {name}", rows["earned_mean_pence"])
            for name, rows in zip(names, found, strict=True)
        ),
        *(
            Column(
                f"± s.e., {name}",
                [estimated_pounds(error) for error in rows["earned_mean_se_pence"]],
                spare=True,
            )
            for name, rows in zip(names, found, strict=True)
        ),
        *(
            Column(f"target met, {name}", [_per_cent(share) for share in rows["probability_met"]])
            for name, rows in zip(names, found, strict=True)
        ),
    ]
    labels = (first["wave"] + ": " + first["line"]).tolist()
    conditions = _earned(simulated.simulations[0].expected) - int(first["expected_pence"].sum())
    said = f"Conditions pay {pounds(conditions)} in every draw." if conditions else ""
    return "\n".join(filter(None, (table(Column("", labels, kind="text"), *columns), said)))


def _areas(simulated: Simulated) -> str:
    """How wide the ranges of the areas are."""
    rows: dict[str, Callable[[Simulation, pd.DataFrame], str]] = {
        f"Range wider than {WIDE:.0%} of the entitlement": lambda _, found: (
            f"{(found['share'] > WIDE).sum():,} of {len(found):,}"
        ),
        "Range of the middle area, of its entitlement": lambda _, found: _per_cent(found["share"].median()),
    }
    if simulated.simulations[0].scheme.review:
        rows["Areas with a review, on average"] = lambda simulation, _: (
            f"{simulation.to_frame()['probability_review'].sum():,.1f}"
        )
    ranges = [_ranges(simulation) for simulation in simulated.simulations]
    cells = table(
        Column("", list(rows), kind="text"),
        *(
            Column(setting.name, [say(simulation, found) for say in rows.values()])
            for setting, simulation, found in zip(
                simulated.settings, simulated.simulations, ranges, strict=True
            )
        ),
    )
    return f"{cells}\n{paragraph(RANGE)}"


def _ranges(simulation: Simulation) -> pd.DataFrame:
    """Each area that can earn anything: `entitlement`, the ends and width of its range, its `share`."""
    entitlement = simulation.expected.payments.groupby("area_code")["entitlement_pence"].sum()
    found = simulation.to_frame().set_index("area_code")[[LOW, HIGH]].assign(entitlement=entitlement)
    found = found[found["entitlement"] > 0].join(
        simulation.expected.areas.set_index("area_code")["area_name"]
    )
    width = found[HIGH] - found[LOW]
    return found.assign(width=width, share=width / found["entitlement"])


def _widest(simulated: Simulated) -> str:
    """Areas in which most money is a matter of chance, under the highest noise."""
    found = (
        _ranges(simulated.simulations[-1]).sort_values("width", ascending=False, kind="stable").head(WIDEST)
    )
    shown = table(
        Column("area", [plain(name) for name in found["area_name"]], kind="text"),
        Column("code", [plain(code) for code in found.index], kind="text", spare=True),
        _money("entitlement", found["entitlement"]),
        _money("1 in 20 at most", found[LOW]),
        _money("1 in 20 more than", found[HIGH]),
        Column("range", [_per_cent(share) for share in found["share"]]),
    )
    return f"{shown}\nUnder the setting '{simulated.settings[-1].name}'; range: of the entitlement."


def _held(simulated: Simulated) -> list[str]:
    """What stands still under each setting, told once where they agree."""
    told: dict[str, list[str]] = {}
    for setting, simulation in zip(simulated.settings, simulated.simulations, strict=True):
        for sentence in held_sentences(simulation):
            told.setdefault(sentence, []).append(setting.name)
    everywhere = len(simulated.settings)
    return [
        paragraph(sentence if len(names) == everywhere else f"Under '{', '.join(names)}': {sentence}")
        for sentence, names in told.items()
    ]


def _money(heading: str, pence: Iterable[float]) -> Column:
    return Column(heading, [estimated_pounds(amount) for amount in pence])


def _per_cent(share: float) -> str:
    return "" if pd.isna(share) else f"{share:.1%}"
