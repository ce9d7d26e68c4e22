"""Excel workbooks for people: the template to fill in, and the results of a settlement."""

from bcf_payments.workbook.results import write_workbook
from bcf_payments.workbook.template import write_template

__all__ = ["write_template", "write_workbook"]
