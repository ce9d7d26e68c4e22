"""The law of files: what is written and read back is the same, to the penny and to the digest."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import bcf_payments as bcf
from bcf_payments.testing import cases

from .changes import settle
from .laws import law, over, tried
from .places import ANY_CASE

TABLES = ("allocations", "assessments", "payments", "reviews", "ledger", "warnings")

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1) | st.builds(
    "".join,
    st.lists(st.sampled_from(["=", "+", "-", "@", "'", "1", ",", '"', "\t", "\r", "\n", " ", "_x000D_"])),
)
"""Names with everything that a file or a spreadsheet might take for something else."""


def through_files(tables, file_format):
    """The tables once they have been written and read back."""
    with TemporaryDirectory() as folder:
        files = bcf.write_tables(
            dict(zip(bcf.Tables._fields, tables, strict=True)), folder, file_format=file_format
        )
        return bcf.read_tables(files[0] if file_format == "xlsx" else Path(folder))


@law(
    "files-lose-nothing",
    "Tables that are written as CSV, Parquet or a workbook and read back settle to the same figures, and have"
    " the same digests, in whatever form their numbers are written and whatever their names begin with.",
)
@pytest.mark.parametrize("file_format", ["csv", "parquet", "xlsx"])
@tried(0.2)
@over(cases(), st.data(), reaches=ANY_CASE)
def test_files_lose_nothing(file_format, case, data):
    pytest.importorskip({"parquet": "pyarrow", "xlsx": "openpyxl"}.get(file_format, "pandas"))
    names = [f"x{data.draw(NAMES)}"[data.draw(st.booleans()) :] for _ in range(len(case.areas))]
    names = [name if name.strip() else "Hull" for name in names]
    given_case = case._replace(areas=case.areas.assign(area_name=names))
    read = through_files(given_case.tables, file_format)
    before = settle(given_case)
    after = settle(given_case._replace(**read._asdict()))
    assert read.areas["area_name"].tolist() == names
    assert before.provenance["sha256"] == after.provenance["sha256"]
    for table in TABLES:
        assert_frame_equal(getattr(before, table), getattr(after, table))
