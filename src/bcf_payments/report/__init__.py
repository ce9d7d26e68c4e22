"""Pages to hand round: the report of a settlement, and one area's explanation, each one HTML file."""

from bcf_payments.report.pages import report_html, write_report

__all__ = ["report_html", "write_report"]
