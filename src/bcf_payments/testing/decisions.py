"""What the parties to a review may say."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from hypothesis.strategies import SearchStrategy

from bcf_payments.core.release import DECISION_KEY
from bcf_payments.settlement import Settlement
from bcf_payments.testing.area_frames import STRIDES, TRUTHS
from bcf_payments.testing.tape import TAPES, Tape

ANSWERS: tuple[Sequence[int], ...] = (
    (0, 0, 0),
    (1, 0, 0),
    (0, 1, 0),
    (0, 0, 1),
    (2, 0, 0),
    (0, 2, 0),
    (0, 0, 2),
    (),
)
"""Where the answers of three parties, or fewer, stand in `TRUTHS`: all agree, one says no, one says nothing
yet, or (none said) anything."""

KEPT = (256, 256, 200, 128, 1)
"""A byte at or above the threshold leaves a line without a decision."""


def decisions(settlement: Settlement) -> SearchStrategy[pd.DataFrame]:
    """Decisions on lines that triggered a review: agreed, refused by one, or not yet made by one.

    Parameters
    ----------
    settlement : Settlement
        Its `reviews` say which lines.

    Returns
    -------
    SearchStrategy of DataFrame
        As `resolve` takes them: a row for every such line, for some or for none, in any order; answers
        written in every accepted way.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments import load_example, settle
    >>> december = settle(*load_example("two_waves"), "december_2013", on_missing="withhold")
    >>> said = find(decisions(december), lambda table: len(table) == len(december.reviews))
    >>> bool(said[["hwb_agrees", "nhs_england_agrees", "peer_reviewer_agrees"]].all(axis=None))
    True
    """
    keys = settlement.reviews[list(DECISION_KEY)].to_dict("records")
    return TAPES.map(partial(_decided, keys, settlement.scheme.agreements))


def _decided(keys: list[dict[Any, Any]], parties: Sequence[str], tape: Tape) -> pd.DataFrame:
    threshold, stride = tape.pick(KEPT), tape.pick(STRIDES)
    rows = [key | _answers(parties, tape) for key in keys if not tape.reaches(threshold)]
    rows = [rows[place] for place in sorted(range(len(rows)), key=lambda place: place * stride % 257)]
    return pd.DataFrame(rows, columns=[*DECISION_KEY, *parties])


def _answers(parties: Sequence[str], tape: Tape) -> dict[str, object]:
    """What each party says of one line."""
    places, ways = tape.pick(ANSWERS), tape.pick(TRUTHS)
    places = places or [tape.pick((0, 1, 2)) for _ in parties]
    return {name: ways[place] for name, place in zip(parties, places, strict=False)}
