"""Who could help an area that missed a target, in words."""

from __future__ import annotations

import pandas as pd

from bcf_payments.explanation.account import Account
from bcf_payments.explanation.steps import Rule, Section
from bcf_payments.schemes.fields import line_title
from bcf_payments.words import listed, spoken

PEERS = Rule("areas that miss targets are helped by their peers", ("A8",), "stated")


def helpers(account: Account, peers: pd.DataFrame | None) -> tuple[Section, ...]:
    """Whom to ask about each target that was missed, as `peers` found them, if it found any."""
    if peers is None:
        return ()
    own = peers[peers["area_code"].to_numpy(dtype=object) == account.area_code]
    if own.empty:
        return ()
    names, scheme = account.shared.names, account.scheme
    waves = {wave.name: wave.title for wave in scheme.waves}
    asked: dict[str, list[str]] = {}
    for wave, line, code in zip(*(own[name].tolist() for name in ("wave", "line", "peer_code")), strict=True):
        asked.setdefault(f"{line_title(scheme, line)} ({waves[wave]})", []).append(names[code])
    sentences = (f"{missed}: {'; '.join(found)}." for missed, found in asked.items())
    alike = listed([spoken(name) for name in own["like"].iloc[0].split(", ")])
    how = f"They met the target, and are the most alike of those that did in {alike}, the nearest first."
    caution = "That is where to begin to ask: it is no sign that what worked there works here."
    return (Section("Who could help", (*sentences, how, caution), rules=(PEERS,)),)
