"""What people wait for, as whole commands: pages, workbooks, returns of all areas, beside a bare import."""

import sys

import pytest

from ..programs import ran

COMMANDS = {
    "import pandas": ["-c", "import pandas"],
    "settle": ["-m", "bcf_payments", "settle"],
    "all returns, as CSV": ["-m", "bcf_payments", "return", "all", "--out", "returns.csv"],
    "all returns, as a workbook": ["-m", "bcf_payments", "return", "all", "--out", "returns.xlsx"],
    "results workbook": ["-m", "bcf_payments", "settle", "--format", "xlsx", "--out", "settled"],
    "report": ["-m", "bcf_payments", "report", "--out", "report.html"],
}


@pytest.mark.benchmark(group="faces of the example, as whole commands")
@pytest.mark.parametrize("what", COMMANDS)
def test_face(benchmark, what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    benchmark.pedantic(lambda: ran([sys.executable, *COMMANDS[what]]).check_returncode(), rounds=3)
