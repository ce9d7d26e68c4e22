"""What `bcf-payments simulate` shows, writes and refuses, and how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import cli
from bcf_payments.files import write_tables
from bcf_payments.simulation.settings import high_setting, low_setting
from bcf_payments.words import pounds

from .programs import started

WIDTH = 100
FEW = ("--draws", 300)
EXAMPLES = {name: bcf.load_example(bcf.load_scheme(name).example) for name in bcf.available_schemes()}


@pytest.fixture
def run(capsys):
    def command(*words):
        status = cli.main(["simulate", *map(str, words)])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return command


def settled(scheme, through=None, **changes):
    tables = EXAMPLES[scheme]._replace(**changes)
    return bcf.settle(*tables, scheme, through=through, on_missing="withhold")


def simulated(scheme, setting, through=None, draws=300):
    example = EXAMPLES[scheme]
    return bcf.simulate(
        example.areas,
        example.plans,
        example.assurance,
        scheme,
        outcomes=example.outcomes,
        model=setting.model,
        draws=draws,
        through=through,
        on_missing="withhold",
    )


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_a_low_and_a_high_setting_stand_side_by_side_with_their_models_and_limits(run, scheme):
    status, out, err = run("--scheme", scheme, *FEW)
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= WIDTH
    said, expected = words(out), bcf.OutcomeModel(on_unknown_size="hold")
    settings = (low_setting(expected), high_setting(expected, settled(scheme)))
    found = [simulated(scheme, setting) for setting in settings]
    assert all(words(remark) in said for setting in settings for remark in setting.remarks)
    nations = [simulation.summary().loc[0] for simulation in found]
    for label, column in (
        ("Paid on average", "earned_mean_pence"),
        ("± standard error", "earned_mean_se_pence"),
        ("1 draw in 20 pays at most", "earned_p05_pence"),
        ("1 draw in 20 pays more than", "earned_p95_pence"),
    ):
        assert f"{label} {' '.join(pounds(round(nation[column])) for nation in nations)}" in said
    observed = pounds(settled(scheme).summary().loc[0, "earned_pence"])
    assert f"On observed outcomes {observed} {observed}" in said
    for rows in zip(*(simulation.summary("line").to_dict("records") for simulation in found), strict=True):
        money = [pounds(round(row["earned_mean_pence"])) for row in rows]
        due = [pounds(rows[0][column]) for column in ("entitlement_pence", "expected_pence")]
        assert words(" ".join([f"{rows[0]['wave']}: {rows[0]['line']}", *due, *money])) in said
    assert all(words(notice) in said for notice in found[0].notices)


def test_areas_are_named_by_how_much_money_is_a_matter_of_chance(run):
    out = run("--scheme", "july_2014", *FEW)[1]
    asked = bcf.OutcomeModel(on_unknown_size="hold")
    high = simulated("july_2014", high_setting(asked, settled("july_2014"))).to_frame()
    width = (high["earned_p95_pence"] - high["earned_p05_pence"]).set_axis(high["area_code"])
    named = [line.split() for line in out.partition("widest ranges\n")[2].splitlines()[3:8]]
    codes = [next(word for word in row if word.startswith(("E0", "E1"))) for row in named]
    assert codes == width.sort_values(ascending=False, kind="stable").index[:5].tolist()
    pot = settled("july_2014").summary("area").set_index("area_code")["entitlement_pence"]
    share = (width / pot)[pot > 0]
    wide = f"{(share > 0.5).sum()} of {len(share)}"
    assert wide in out


def test_lines_without_a_size_stand_still_in_an_example_and_the_screen_says_which_and_why(run):
    out = words(run(*FEW)[1])
    assert "(--on-unknown-size hold, the default for an example)" in out
    assert "wave_2, in 8 of 151 areas, because no count" in out
    assert "Patient and service user experience, wave_2" not in out
    status, out, err = run("--on-unknown-size", "raise", *FEW)
    assert (status, out) == (1, "")
    assert "--on-unknown-size hold" in words(err)


def test_a_table_of_one_s_own_is_refused_where_a_size_is_unknown(run, tmp_path):
    write_tables(EXAMPLES["october_2013"]._asdict(), tmp_path)
    status, out, err = run(tmp_path, "--on-missing", "withhold", *FEW)
    assert (status, out) == (1, "")
    assert "reablement" in err
    problems = tmp_path / "problems.csv"
    assert run(tmp_path, "--on-missing", "withhold", "--problems", problems, *FEW)[0] == 1
    assert set(pd.read_csv(problems)["column"]) == {"sample_size"}


def test_a_forecast_draws_what_is_not_known_and_learns_noise_from_nothing_later(run):
    out = words(run("--scheme", "july_2014", "--through", "q1_2015_16", *FEW)[1])
    assert "outcomes through q1_2015_16; drawn: 2 of 4 payment points" in out
    known = settled("july_2014", "q1_2015_16")
    assert f"Earned through q1_2015_16 {pounds(known.summary().loc[0, 'earned_pence'])}" in out
    asked = bcf.OutcomeModel()
    outcomes = EXAMPLES["july_2014"].outcomes
    early = outcomes[outcomes["wave"].isin(["q4_2014_15", "q1_2015_16"])]
    seen = high_setting(asked, settled("july_2014", "q1_2015_16", outcomes=early)).model
    assert seen == high_setting(asked, known).model != high_setting(asked, settled("july_2014")).model


def test_plans_without_any_outcome_are_simulated_under_the_low_setting_alone(run, tmp_path):
    example = EXAMPLES["july_2014"]
    write_tables(example._asdict() | {"outcomes": example.outcomes.head(0)}, tmp_path)
    status, out, err = run(tmp_path, "--scheme", "july_2014", "--on-missing", "withhold", *FEW)
    assert (status, err) == (0, "")
    assert "Not shown: no metric has counts enough" in words(out)
    assert "observed" not in out


def test_outcomes_that_were_observed_are_taken_as_true(run):
    out = words(run("--expect", "observed", *FEW)[1])
    observed = pounds(settled("october_2013").summary().loc[0, "earned_pence"])
    assert f"On expected outcomes {observed} {observed}" in out
    assert "true rates: the outcomes that were observed" in out
    assert "both periods of a change are noisy" in out


def test_changes_of_several_metrics_are_expected_exactly(run):
    given = ("emergency_admissions=-0.02", "delayed_transfers=-1/50")
    out = words(run(*(word for change in given for word in ("--expect", change)), *FEW)[1])
    assert "changed by emergency_admissions -2.0%, delayed_transfers -2.0%" in out


def test_noise_of_one_s_own_stands_beside_the_low_setting(run):
    own = ("--dispersion", "emergency_admissions=12", "--dispersion", "delayed_transfers=200")
    more = ("--relative-sd", "0.03", "--correlation", "0.6", "--national-sd", "0.01", "--baseline-noise")
    out = words(run(*own, *more, "--noise", "emergency_admissions=normal", *FEW)[1])
    model = bcf.OutcomeModel(
        noise={"emergency_admissions": "normal"},
        dispersion={"emergency_admissions": 12, "delayed_transfers": 200},
        relative_sd=0.03,
        national_sd=0.01,
        correlation=0.6,
        baseline_noise=True,
    )
    assert f"own As asked: {model.describe()}." in out
    assert "average, own" in out
    assert "average, high" not in out


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        (["--expect", "better"], "write baseline, target, observed, or METRIC=CHANGE"),
        (["--expect", "=-0.1"], "write baseline, target, observed, or METRIC=CHANGE"),
        (["--expect", "emergency_admissions=fewer"], "write -0.02 for 2% less"),
        (["--expect", "emergency_admissions=-2"], "at least -1"),
        (["--expect", "target", "--expect", "emergency_admissions=0"], "not both"),
        (["--expect", "reablement=0.1", "--expect", "reablement=0"], "reablement more than once"),
        (["--dispersion", "0.5"], "at least 1"),
        (["--dispersion", "inf"], "at least 1"),
        (["--dispersion", "=3"], "write METRIC=VALUE"),
        (["--relative-sd", "emergency_admissions=much"], "at least 0"),
        (["--national-sd", "0.1", "--national-sd", "reablement=0.2"], "not both"),
        (["--correlation", "1.5", "--relative-sd", "0.1"], "from 0 to 1"),
        (["--correlation", "0.5"], "needs --relative-sd"),
        (["--noise", "gaussian"], "write auto, poisson, binomial, normal"),
        (["--draws", "0"], "at least 1"),
        (["--seed", "-1"], "at least 0"),
        (["--workers", "two"], "at least 1"),
        (["--workers", "0"], "at least 1"),
        (["--workers", "-1"], "--workers"),
        (["--workers", "1000000"], "at most 64"),
        (["--seed", "x"], "at least 0"),
        (["--seed", "9" * 5000], "at least 0"),
        (["--format", "csv"], "--out"),
    ],
)
def test_wrong_usage_says_what_to_write(run, given, fix):
    status, out, err = run(*given)
    assert (status, out) == (2, "")
    assert fix in words(err)


def test_a_metric_that_the_scheme_lacks_is_refused_with_the_nearest_name(run):
    status, _, err = run("--expect", "emergency_admision=-0.02", *FEW)
    assert status == 1
    assert "did you mean emergency_admissions?" in err


@pytest.mark.parametrize(
    ("file_format", "scheme"), [("csv", "december_2013"), ("parquet", "july_2014"), ("xlsx", "july_2014")]
)
def test_what_is_written_are_the_simulations_and_what_makes_them_come_out_again(
    run, tmp_path, file_format, scheme
):
    status, out, _ = run("--scheme", scheme, "--out", tmp_path / "new", "--format", file_format, *FEW)
    assert status == 0
    asked = bcf.OutcomeModel(on_unknown_size="hold")
    settings = (low_setting(asked), high_setting(asked, settled(scheme)))
    found = {setting.name: simulated(scheme, setting) for setting in settings}

    def read(name):
        if file_format == "xlsx":
            return pd.read_excel(tmp_path / "new/simulation.xlsx", sheet_name=name, engine="openpyxl")
        file = tmp_path / f"new/{name}.{file_format}"
        return pd.read_csv(file) if file_format == "csv" else pd.read_parquet(file)

    for name, table in {
        "simulated_areas": lambda simulation: simulation.to_frame(),
        "simulated_area_lines": lambda simulation: simulation.lines,
        "simulated_lines": lambda simulation: simulation.summary("line"),
        "simulated_england": lambda simulation: simulation.summary(),
        "simulated_distribution": lambda simulation: simulation.distribution(),
        "simulated_held": lambda simulation: simulation.held,
    }.items():
        written = read(name)
        assert ("area_name" in written) == ("area_code" in written)
        for noise, simulation in found.items():
            rows = written[written["noise"] == noise].drop(columns=["noise", "area_name"], errors="ignore")
            rows = rows.reset_index(drop=True)
            pd.testing.assert_frame_equal(rows, table(simulation), check_dtype=False, rtol=1e-14)
    document = json.loads((tmp_path / "new/simulation.json").read_text(encoding="utf-8"))
    for name, setting in zip(("low", "high"), settings, strict=True):
        assert bcf.OutcomeModel(**document["noise"][name]["model"]) == setting.model
    assert document["options"]["draws"] == FEW[1]
    assert document["sha256"]["plans"] == settled(scheme).provenance["sha256"]["plans"]
    listed = out.partition("Files written\n=============\n")[2].split()
    assert sorted(listed) == sorted(str(file) for file in (tmp_path / "new").iterdir())


def test_two_workers_find_what_one_finds(run, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for workers in (1, 2):
            words_given = ("--scheme", "july_2014", "--draws", 4_500, "--workers", workers)
            assert run(*words_given, "--out", tmp_path / str(workers))[0] == 0
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / n).iterdir()} for n in "12")
    assert one == two


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no terminals of this kind")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_stops_at_once_and_leaves_nothing(tmp_path, workers):
    """As a terminal sends it: to the command and its workers alike, once its progress shows."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    out = tmp_path / "out"
    words_given = ["--scheme", "july_2014", "--draws", "100000", "--workers", workers, "--out", str(out)]
    command = [sys.executable, "-m", "bcf_payments", "simulate", *words_given]
    with started(command, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = _read_until(ours, b"k/100k")
        os.killpg(process.pid, signal.SIGINT)
        printed = process.stdout.read()
        status = process.wait()
        shown += _read_until(ours, None)
    os.close(ours)
    said = shown.decode()
    assert (status, printed) == (130, b"")
    assert "simulating" in said
    assert said.rstrip().splitlines()[-1] == "stopped: nothing was written"
    assert "Traceback" not in said
    assert not out.exists()


def _read_until(terminal, text):
    """What a terminal shows until it shows a text, or until nobody writes to it any more."""
    shown = b""
    while text is None or text not in shown:
        try:
            read = os.read(terminal, 4_096)
        except OSError:  # the other end is closed
            break
        if not read:
            break
        shown += read
    return shown


def test_without_tqdm_a_terminal_shows_no_progress_and_no_error(run, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr("bcf_payments.cli.simulation_run.find_spec", lambda _: None)
    status, _, err = run("--scheme", "july_2014", *FEW)
    assert (status, err) == (0, "")
