"""Made-up input of any size for the default scheme: complete, valid, whole counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

import bcf_payments as bcf


def tables(areas: int) -> bcf.Tables:
    """Tables of so many areas."""
    scheme, random = bcf.load_scheme("october_2013"), np.random.default_rng(2015)
    codes = [f"E{6 + i // 10**6:02}{i % 10**6:06}" for i in range(areas)]
    names = [f"Area {i}" for i in range(areas)]
    population = random.integers(20_000, 1_500_000, areas)
    area_table = pd.DataFrame({"area_code": codes, "area_name": names, "region": "England"})
    area_table["nhs_weight"] = population
    parts = []
    for slot in scheme.metric_lines:
        baseline = random.integers(100, 50_000, areas)
        better = -1 if scheme.metrics[slot.name].direction.value == "lower" else 1
        parts.append(
            pd.DataFrame(
                {
                    "area_code": codes,
                    "wave": slot.wave,
                    "metric": slot.name,
                    "baseline_numerator": baseline,
                    "baseline_denominator": population,
                    "target_numerator": baseline + better * (baseline // 25 + 1),
                    "target_denominator": population,
                    "outcome_numerator": random.poisson(baseline * 0.98),
                    "outcome_denominator": population,
                }
            )
        )
    lines = pd.concat(parts, ignore_index=True)
    outcome = ["outcome_numerator", "outcome_denominator"]
    assurance = pd.DataFrame({"area_code": codes, "plan_status": "approved"})
    return bcf.Tables(
        area_table,
        lines.drop(columns=outcome),
        lines[["area_code", "wave", "metric", *outcome]],
        assurance.assign(**dict.fromkeys(scheme.condition_names, True)),
    )
