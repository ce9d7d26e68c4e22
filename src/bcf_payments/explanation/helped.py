"""Who could help an area that missed a target, in words."""

from __future__ import annotations

import pandas as pd

from bcf_payments.core.result import Result
from bcf_payments.explanation.steps import Rule, Section
from bcf_payments.schemes.fields import line_title
from bcf_payments.words import listed, spoken

PEERS = Rule("areas that miss targets are helped by their peers", ("A8",), "stated")


def helpers(result: Result, peers: pd.DataFrame | None, area_code: str) -> tuple[Section, ...]:
    """Whom to ask about each target that was missed, as `peers` found them, if it found any."""
    if peers is None or (own := peers[peers["area_code"] == area_code]).empty:
        return ()
    names = result.areas.set_index("area_code")["area_name"]
    waves = {wave.name: wave.title for wave in result.scheme.waves}
    asked: dict[str, list[str]] = {}
    for wave, line, code in own[["wave", "line", "peer_code"]].itertuples(index=False):
        asked.setdefault(f"{line_title(result.scheme, line)} ({waves[wave]})", []).append(str(names[code]))
    sentences = (f"{missed}: {'; '.join(found)}." for missed, found in asked.items())
    alike = listed([spoken(name) for name in own["like"].iloc[0].split(", ")])
    how = f"They met the target, and are the most alike of those that did in {alike}, the nearest first."
    caution = "That is where to begin to ask: it is no sign that what worked there works here."
    return (Section("Who could help", (*sentences, how, caution), rules=(PEERS,)),)
