"""What laws about decisions and about required outcomes are tried on."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from bcf_payments.testing import Case, built_in_schemes, cases, decisions, schemes, single_precision

from .changes import pays_catch_up
from .places import Asked, Seen

REVIEWED = (schemes() | built_in_schemes()).filter(lambda scheme: scheme.review is not None)
WITH_GATEWAYS = schemes().filter(lambda scheme: bool(scheme.gateways))


@st.composite
def decided_cases(draw: DrawFn) -> Seen:
    """Settled cases with decisions on some of the lines that triggered something; most have reviews."""
    case = draw(cases() | cases(REVIEWED) | cases(REVIEWED).flatmap(single_precision))
    return Seen(case, decisions=draw(decisions(Seen(case).settlement)))


@st.composite
def asked_cases(draw: DrawFn, of: SearchStrategy[Case]) -> Seen:
    """Settled cases with an amount asked of a line: of its own, of its area's, or what it can catch up."""
    case = draw(of)
    assume(case.scheme.metric_lines)
    slot = draw(st.sampled_from(case.scheme.metric_lines))
    area = draw(st.sampled_from(sorted(case.areas["area_code"])))
    payments = Seen(case).settlement.payments.set_index("area_code").loc[[area]]
    place = list(zip(payments["wave"], payments["line"], strict=True)).index((slot.wave, slot.name))
    entitled, earned = payments["entitlement_pence"].tolist(), payments["earned_pence"].tolist()
    ranges = [st.integers(1, max(1, top)) for top in (entitled[place], sum(entitled))]
    still = sum(entitled[: place + 1]) - sum(earned[:place])
    if pays_catch_up(case.scheme) and still > entitled[place]:
        ranges.append(st.integers(entitled[place] + 1, still))
    pence = draw(st.sampled_from(ranges).flatmap(lambda amounts: amounts))
    return Seen(case, asked=Asked((area, slot.wave, slot.name), pence))
