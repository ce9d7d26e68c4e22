"""Pages to hand round: the report of a settlement, and one area's explanation, each one HTML file."""

from bcf_payments.report.pages import explanation_html, report_html, write_page, write_report

__all__ = ["explanation_html", "report_html", "write_page", "write_report"]
