"""Strategies of whole cases."""

import pandas as pd
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from bcf_payments.schemes import Scheme
from bcf_payments.testing.area_frames import areas, assurance
from bcf_payments.testing.case import Case
from bcf_payments.testing.line_frames import outcomes, plans
from bcf_payments.testing.rewriting import long_floats, single_precision, unequal_denominators
from bcf_payments.testing.schemes import built_in_schemes, cumulative_schemes, schemes


@st.composite
def cases(
    draw: DrawFn,
    scheme_strategy: SearchStrategy[Scheme] | None = None,
    *,
    gaps: bool = True,
    max_areas: int = 5,
) -> Case:
    """Whole cases that `settle` accepts.

    Three in seven have unequal denominators, single precision or long floats: see `unequal_denominators`,
    `single_precision` and `long_floats`.

    Parameters
    ----------
    scheme_strategy : SearchStrategy of Scheme, optional
        By default `schemes()` and `built_in_schemes()` alike.
    gaps : bool
        Whether some cases have missing rows and blank conditions; those are to be settled with
        `on_missing="withhold"`. The others are complete.
    max_areas : int
        The most areas.

    Returns
    -------
    SearchStrategy of Case

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None)
    ... @given(cases())
    ... def every_area_has_its_assurance(case):
    ...     assert set(case.areas["area_code"]) == set(case.assurance["area_code"])
    >>> every_area_has_its_assurance()
    """
    scheme = draw(_ANY_SCHEME if scheme_strategy is None else scheme_strategy)
    gappy = gaps and draw(st.booleans())
    through = draw(st.sampled_from((None, None, *scheme.wave_names)))
    area_table = draw(areas(scheme, max_size=max_areas))
    codes = area_table["area_code"].tolist()
    plan_table = draw(plans(scheme, codes, gaps=gappy))
    case = Case(
        scheme,
        area_table,
        plan_table,
        draw(outcomes(scheme, codes, plan_table, through=through, gaps=gappy)),
        draw(assurance(scheme, codes, gaps=gappy)),
        through,
        "withhold" if gappy else "raise",
    )
    rewritten = draw(st.sampled_from(_WRITTEN))
    return draw(rewritten(case)) if rewritten else case


_ANY_SCHEME = schemes() | built_in_schemes()
_WRITTEN = (*(None,) * 4, unequal_denominators, single_precision, long_floats)


@st.composite
def catch_up_cases(draw: DrawFn, *, max_areas: int = 5) -> Case:
    """Complete cases in which every area makes good at its second payment point what it missed at the first.

    Parameters
    ----------
    max_areas : int
        The most areas.

    Returns
    -------
    SearchStrategy of Case
        Under cumulative pots of planned value, all waves due. Money is made good wherever the area's pot is
        worth some pence.

    Examples
    --------
    >>> from hypothesis import find
    >>> case = find(catch_up_cases(), lambda case: case.scheme.name == "july_2014")
    >>> case.plans["target_numerator"].tolist(), case.outcomes["outcome_numerator"].tolist()
    ([999, 999, 999, 999], [1000, 998, 999, 999])
    """
    scheme = draw(cumulative_schemes())
    area_table = draw(areas(scheme, max_size=max_areas))
    codes = area_table["area_code"].tolist()
    count = len(scheme.metric_lines)
    steps = st.lists(st.integers(1, 60), min_size=count, max_size=count)
    rows = []
    for code in codes:
        planned, changes = draw(steps), [0] * count
        changes[0] = -draw(st.integers(1, planned[0]))
        changes[1] = draw(st.integers(1, 90))
        for slot, reduction, change in zip(scheme.metric_lines, planned, changes, strict=True):
            rows.append((code, slot.wave, slot.name, 1000 - reduction, 1000 - reduction - change))
    table = pd.DataFrame(rows, columns=["area_code", "wave", "metric", "target", "outcome"])
    key = table[["area_code", "wave", "metric"]]
    return Case(
        scheme,
        area_table,
        key.assign(
            baseline_numerator=1000,
            baseline_denominator=1,
            target_numerator=table["target"],
            target_denominator=1,
        ),
        key.assign(outcome_numerator=table["outcome"], outcome_denominator=1),
        draw(assurance(scheme, codes)),
        None,
        "raise",
    )
