"""Laws of the ledger, of resolved reviews and of the audit pack: money moves once, in its area, and ties."""

import re

import pandas as pd
from hypothesis import strategies as st

from bcf_payments import tables
from bcf_payments.core.provenance import table_digest
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.testing import cases, catch_up_cases, decisions

from .changes import reordered, settle
from .drawn import decided_cases
from .laws import law, over, tried
from .places import ANY_CASE, CAUGHT_UP, DECIDED

KEY = ["area_code", "wave", "line"]
SOME = tried(0.3)


def amounts(ledger, **accounts):
    """Pence by area, wave and line that moved from or to the accounts."""
    for column, account in accounts.items():
        ledger = ledger[ledger[f"{column}_account"] == account]
    return ledger.groupby(KEY)["amount_pence"].sum().to_dict()


def nonzero(table, column, key=KEY):
    rows = table[table[column] > 0]
    return dict(zip(rows[key].itertuples(index=False, name=None), rows[column].tolist(), strict=True))


def is_yes(value):
    return str(value).lower() in {"true", "yes", "1", "1.0"}


def is_blank(value):
    return value is None or value == "" or value != value  # noqa: PLR0124 - NaN


def expected_releases(settlement, decisions):
    """Where each penny of a fixed pot's triggered lines goes, row by row."""
    given_answers = {tuple(row[k] for k in KEY): row for row in decisions.to_dict("records")}
    review = settlement.scheme.review
    actions = {action.action.value: action for action in review.actions} if review else {}
    for row in settlement.reviews.to_dict("records"):
        rule, key = actions[row["action"]], tuple(row[k] for k in KEY)
        said = [given_answers[key][party] for party in rule.agreements] if key in given_answers else [None]
        destination = rule.destination.value
        if rule.needs_decision.value and any(map(is_blank, said)):
            destination = "awaiting_decision"
        elif rule.destination_otherwise and not all(map(is_yes, said)):
            destination = rule.destination_otherwise.value
        if row["withheld_pence"]:
            yield (*key, destination, row["withheld_pence"])


def expected_unearned(settlement):
    """What the complete lines of each area with a pot of planned value did not earn, all waves being due."""
    lines = settlement.payments.merge(settlement.assessments, on=KEY)
    if (lines["status"] == "not_due").any():
        return
    last, pot = settlement.scheme.lines[-1], settlement.scheme.pot
    for code, rows in lines[lines["status"] != "missing"].groupby("area_code"):
        left = int(rows["entitlement_pence"].sum() - rows["earned_pence"].sum())
        if left:
            yield (code, last.wave, last.name, pot.unearned_to.value, left)


@law("ledger-balances", "Balances of the ledger equal the tables, for every area, wave and line.", "G5")
@SOME
@over(cases() | catch_up_cases(), reaches=CAUGHT_UP)
def test_balances_of_the_ledger_equal_the_tables(case):
    settlement = settle(case)
    ledger, payments = settlement.ledger, settlement.payments
    assert amounts(ledger, to="performance_pot") == nonzero(payments, "entitlement_pence")
    assert amounts(ledger, to="paid") == nonzero(payments, "earned_pence")
    assert amounts(ledger, to="withheld") == nonzero(payments, "withheld_pence")
    assert amounts(ledger, to="not_due") == nonzero(payments, "not_due_pence")
    assert amounts(ledger, **{"from": "withheld", "to": "paid"}) == nonzero(payments, "caught_up_pence")
    other = ledger[ledger["wave"] == ""]
    allocations = settlement.allocations.query("component != 'performance_pot'")
    assert nonzero(other, "amount_pence", ["area_code", "line"]) == nonzero(
        allocations, "amount_pence", ["area_code", "component"]
    )
    formula = allocations[allocations["kind"] == "formula"]["amount_pence"].sum()
    assert sum(amounts(ledger, to="formula_allocation").values()) == formula


def assert_never_overdrawn(settlement):
    """Read the ledger row by row, as the money moves."""
    balance = {"national_fund": settlement.scheme.fund_pence}
    rows = settlement.ledger[["area_code", "from_account", "to_account", "amount_pence"]]
    for code, source, target, pence in rows.itertuples(index=False):
        drawn = source if source == "national_fund" else (code, source)
        balance[drawn] = balance.get(drawn, 0) - pence
        assert balance[drawn] >= 0
        balance[code, target] = balance.get((code, target), 0) + pence
    assert balance["national_fund"] == 0
    assert all(not pence for account, pence in balance.items() if "performance_pot" in account)
    assert sum(balance.values()) == settlement.scheme.fund_pence


@law("ledger-never-overdrawn", "No account is ever overdrawn, and the national fund is spent to the penny.")
@SOME
@over(cases(), reaches=ANY_CASE)
def test_no_account_is_ever_overdrawn(case):
    settlement = settle(case)
    assert_never_overdrawn(settlement)
    assert_never_overdrawn(settlement.resolve())


@law("ledger-cites", "Every movement cites rules of the scheme or general rules.")
@SOME
@over(cases(), reaches=ANY_CASE)
def test_every_movement_cites_its_rules(case):
    ids = {source for _, rule in case.scheme.cited() for source in rule.source}
    for source in settle(case).resolve().ledger["source"].unique():
        cited = source.split(", ")
        assert len(cited) == len(set(cited))
        assert all(name in ids or re.fullmatch(r"G[1-6]|A12", name) for name in cited)


@law("ledger-as-promised", "The ledger and the releases obey their published models, even without a row.")
@SOME
@over(decided_cases(), reaches=DECIDED)
def test_ledger_and_releases_obey_their_models(seen):
    settlement = seen.settlement
    resolved = settlement.resolve(seen.decisions)
    for one in (settlement, resolved):
        tables.Ledger.validate(one.ledger)
        tables.Releases.validate(one.releases)
    assert settlement.releases.empty


@law(
    "resolve-once",
    "Resolving moves every penny held back on a triggered line once, in its area, or lets it wait.",
    "A6",
    "B4",
    "B5",
    "B6",
    "C6",
)
@tried(0.5)
@over(decided_cases(), reaches=DECIDED)
def test_every_penny_that_was_held_back_is_released_once(seen):
    settlement, decided = seen.settlement, seen.decisions
    if isinstance(seen.case.scheme.pot, PlannedValuePot):
        expected = list(expected_unearned(settlement))
    else:
        expected = list(expected_releases(settlement, decided))
    releases = settlement.resolve(decided).releases
    assert list(releases.itertuples(index=False, name=None)) == expected


@law("resolve-keeps-waiting", "Money held back on conditions or for missing data stays held back.", "G4")
@SOME
@over(decided_cases(), reaches=DECIDED)
def test_money_held_back_for_other_reasons_stays(seen):
    settlement = seen.settlement
    resolved = settlement.resolve(seen.decisions)
    lines = settlement.payments
    held = lines[lines["held_reason"] != "performance"].groupby("area_code")["withheld_pence"].sum()
    for code, pence in held.items():
        ledger = resolved.ledger[resolved.ledger["area_code"] == code]
        received, gone = (amounts(ledger, **{way: "withheld"}) for way in ("to", "from"))
        assert sum(received.values()) - sum(gone.values()) >= pence


@law("resolve-ledger", "A resolved ledger is the same ledger, and each release that does not wait.", "G5")
@SOME
@over(decided_cases(), reaches=DECIDED)
def test_a_resolved_ledger_adds_the_releases(seen):
    settlement = seen.settlement
    resolved = settlement.resolve(seen.decisions)
    ledger = resolved.ledger
    new = (ledger["from_account"] == "withheld") & (ledger["to_account"] != "paid")
    before = ledger[~new].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, settlement.ledger, check_exact=True)
    went = resolved.releases.query("destination != 'awaiting_decision'").reset_index(drop=True)
    moved = ledger[new].rename(columns={"to_account": "destination"})[went.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(moved, went, check_exact=True)
    assert_never_overdrawn(resolved)


@law("resolve-order-free", "The order of decisions changes nothing, and only the last ones hold.")
@SOME
@over(decided_cases(), st.data(), st.integers(0, 2**16), reaches=DECIDED)
def test_the_order_of_decisions_changes_nothing(seen, data, seed):
    settlement, decided = seen.settlement, seen.decisions
    once = settlement.resolve(decided)
    again = settlement.resolve(data.draw(decisions(settlement))).resolve(
        decided.sample(frac=1, random_state=seed)
    )
    for table in ("releases", "ledger", "payments", "reviews"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(once, table), check_exact=True)
    assert again.provenance.to_json() == once.provenance.to_json()


@law("reconciles", "The national fund ties to components, areas, lines and movements, to the penny.", "F4")
@SOME
@over(cases(), reaches=ANY_CASE)
def test_the_reconciliation_ties(case):
    settlement = settle(case)
    table = settlement.provenance.reconciliation
    assert not table["difference_pence"].any()
    sums = table.groupby("level")["amount_pence"].sum()
    sums = sums.reindex(["nation", "component", "area", "line"], fill_value=0)
    assert sums["nation"] == sums["component"] == sums["area"] == case.scheme.fund_pence
    assert sums["line"] == settlement.payments["entitlement_pence"].sum()


@law("digests-order-free", "The order of rows changes no digest, another number changes it.")
@SOME
@over(cases(), st.integers(0, 2**16), reaches=ANY_CASE)
def test_the_order_of_rows_changes_no_digest(case, seed):
    before, after = settle(case).provenance, settle(reordered(case, seed)).provenance
    assert before.to_json() == after.to_json()
    changed = case.plans.assign(baseline_numerator=[f"{n}.0123456789" for n in range(len(case.plans))])
    if len(changed):
        assert table_digest(changed) != before["sha256"]["plans"]
