"""Many schemes over the same tables: the same as settling each by itself, wherever it is done."""

from __future__ import annotations

import itertools
import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pandas as pd
import pytest
from distributed import Client, LocalCluster

import bcf_payments as bcf
from bcf_payments.settlement import grid as grids

from .chance import made_up
from .programs import no_children_left

JULY, OCTOBER = bcf.load_scheme("july_2014"), bcf.load_scheme("october_2013")
P4P, TWO_WAVES = bcf.load_example("p4p_2015_16"), bcf.load_example("two_waves")
TABLES = ("areas", "allocations", "assessments", "payments", "reviews", "ledger", "warnings")


def same(one, other):
    """Two settlements are the same to the last bit, and read the same tables."""
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert (one.scheme, one.whole, one.only, one.through) == (
        other.scheme,
        other.whole,
        other.only,
        other.through,
    )


def all_same(settled, tables, schemes, **options):
    for one, scheme in zip(settled, schemes, strict=True):
        same(one, bcf.settle(*tables, scheme, **options))


def other_readings():
    """October's scheme, with one change each of all that tables are checked and laid out by."""
    changes = [
        {},
        {"curves__proportional": [["0", "0"], ["1/2", "1/2"], ["1/2", "1"]]},
        {"pot__amount_pounds": 900_000_000},
        {"pot__weight": "social_care_weight"},
        {"components__0__amount_pounds": 1},
        {"components__0__weight": "dfg_weight"},
        {"metrics__delayed_transfers__direction": "higher"},
        {"metrics__delayed_transfers__unit": "count"},
        {"metrics__reablement__unit": "ratio"},
        {"metrics__delayed_transfers__direction": "either"},
        {"nation": None},
        {"nation": "Wales"},
        {"areas_expected": 152},
        {"areas_expected": None},
        {"review": None},
        {"monitored": []},
        {"waves__0__lines__0__conditions": ["protects_social_care"]},
        {"waves__0__lines__0__pays": "by_condition"},
        {"conditions__new_condition": "A condition that no table has"},
        {"area_code_pattern": r"^E\d{8}$"},
        {"area_code_pattern": r"^W\d{8}$"},
        {"waves__1__name": "second"},
    ]
    made = []
    for change in changes:
        try:
            made.append(OCTOBER.replace(**change))
        except bcf.SchemeError:
            continue
    assert len(made) >= 15
    return [*made, bcf.load_scheme("december_2013"), JULY]


def told(make):
    """A settlement, or what it refuses."""
    try:
        return make()
    except bcf.InputError as error:
        return str(error)


@pytest.mark.parametrize("on_missing", ["withhold", "raise"])
@pytest.mark.parametrize("only", [None, ["North East"], ["E06000001"]])
def test_tables_that_are_read_once_are_read_as_each_scheme_reads_them(on_missing, only):
    schemes = other_readings()
    alone = [
        told(lambda scheme=scheme: bcf.settle(*TWO_WAVES, scheme, only=only, on_missing=on_missing))
        for scheme in schemes
    ]
    reading = grids.Reading(TWO_WAVES, only, on_missing)
    for scheme, before in itertools.chain(
        zip(schemes, alone, strict=True), zip(schemes[::-1], alone[::-1], strict=True)
    ):
        found = told(lambda scheme=scheme: bcf.Settlement.of_case(reading, reading.case(scheme, None), None))
        if isinstance(before, str):
            assert found == before
        else:
            same(found, before)


def test_every_combination_of_alternatives_is_settled():
    schemes = JULY.combinations()
    assert len(schemes) == 1 + 4 + 5 + 2
    settled = bcf.settle_grid(P4P, schemes.values(), on_missing="withhold")
    all_same(settled, P4P, schemes.values(), on_missing="withhold")


def test_combinations_hold_what_their_alternatives_hold():
    both = JULY.combinations()["separate_quarters", "unit_value_2150"]
    assert both.pot.cumulative == JULY.alternative("separate_quarters").pot.cumulative
    assert both.pot.unit_value_pounds == JULY.alternative("unit_value_2150").pot.unit_value_pounds
    assert JULY.combinations()[()] == JULY
    assert ("unit_value_2150", "unit_value_1552") not in JULY.combinations()


def test_options_are_those_of_settle():
    options = {"only": ["North East"], "through": "q1_2015_16", "on_missing": "withhold"}
    schemes = [JULY, JULY.alternative("separate_quarters")]
    all_same(bcf.settle_grid(P4P, schemes, **options), P4P, schemes, **options)


def test_amounts_that_areas_were_told_are_settled_under_many_schemes():
    tables = made_up((900, 2_000))
    areas = tables.areas[["area_code", "area_name", "region"]].assign(allocation_pounds=[1_000_000, 77])
    schemes = [JULY, *(JULY.replace(unit_value_pounds=pounds) for pounds in (1, 10_000))]
    all_same(bcf.settle_grid(tables._replace(areas=areas), schemes), tables._replace(areas=areas), schemes)


def test_what_a_caller_changes_meanwhile_changes_nothing():
    tables = bcf.Tables(*(table.copy() for table in P4P))
    settled = bcf.settle_grid(tables, [JULY, JULY], on_missing="withhold")
    first = next(settled)
    tables.outcomes["outcome_numerator"] = 0
    same(first, next(settled))


def test_schemes_are_read_as_they_are_asked_for():
    settled = bcf.settle_grid(P4P, itertools.repeat("july_2014"), on_missing="withhold")
    assert next(settled).scheme == next(settled).scheme


def test_other_schemes_share_what_a_settlement_has_read():
    july = bcf.settle(*P4P, JULY, on_missing="withhold")
    assert july.under("july_2014").reading is july.reading


WHERE = ("threads", "processes", "cluster", "broken")


class Broken(Executor):
    """Loses every task."""

    def submit(self, *_):
        future = Future()
        future.set_exception(BrokenPipeError("a worker is gone"))
        return future


@pytest.fixture(scope="module", params=WHERE)
def executor(request):
    with no_children_left(seconds=600):
        if request.param == "threads":
            with ThreadPoolExecutor(3) as found:
                yield found
        elif request.param == "processes":
            with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as found:
                yield found
        elif request.param == "cluster":
            options = {"processes": True, "dashboard_address": ":0", "silence_logs": "CRITICAL"}
            with (
                LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster,
                Client(cluster) as client,
            ):
                yield client.get_executor()
        else:
            yield Broken()


def test_the_same_comes_from_any_executor(executor, monkeypatch):
    monkeypatch.setattr(grids, "OF_A_TASK", 2)
    monkeypatch.setattr(grids, "OF_A_ROUND", 6)
    schemes = [JULY.replace(unit_value_pounds=1_000 + more) for more in range(13)]
    settled = list(bcf.settle_grid(P4P, schemes, executor, on_missing="withhold"))
    all_same(settled, P4P, schemes, on_missing="withhold")
    assert settled[0].to_json() == bcf.settle(*P4P, schemes[0], on_missing="withhold").to_json()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_fault_comes_with_the_settlement_that_it_concerns(elsewhere):
    lacking = JULY.replace(pot__weight="a_weight_that_is_not_there")
    with ThreadPoolExecutor(1) as threads:
        settled = bcf.settle_grid(
            P4P, [JULY, lacking, JULY], threads if elsewhere else None, on_missing="withhold"
        )
        same(next(settled), bcf.settle(*P4P, JULY, on_missing="withhold"))
        with pytest.raises(bcf.InputError, match="a_weight_that_is_not_there"):
            next(settled)


def test_what_is_no_executor_and_what_are_no_tables_is_refused():
    with pytest.raises(bcf.InputError, match="executor"):
        bcf.settle_grid(P4P, [JULY], "many")
    with pytest.raises(bcf.BcfError, match="Tables"):
        bcf.settle_grid(P4P.areas, [JULY])
