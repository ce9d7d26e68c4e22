"""Tables in and out: folders of CSV or Parquet files, and workbooks with one sheet per table.

Reading is exact. A cell of text becomes a number only where the number is the one written; every other
column stays as it is written, for the checks to judge each cell.
"""

from bcf_payments.files.csv_text import parse_csv, read_csv
from bcf_payments.files.published import Published, read_published
from bcf_payments.files.reading import read_tables
from bcf_payments.files.writing import FileFormat, write_tables
from bcf_payments.tables.inputs import Tables

__all__ = [
    "FileFormat",
    "Published",
    "Tables",
    "parse_csv",
    "read_csv",
    "read_published",
    "read_tables",
    "write_tables",
]
