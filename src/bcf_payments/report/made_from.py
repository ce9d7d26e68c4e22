"""What a page was made from: the rules, the input by its digests, the versions, and that its figures tie."""

from __future__ import annotations

from bcf_payments.display import pounds
from bcf_payments.provenance import Provenance
from bcf_payments.report.html import Column, Html, joined, section, table, tag


def made_from(provenance: Provenance, label: str) -> Html:
    """The audit pack of a settlement in short."""
    options, versions = provenance["options"], provenance["versions"]
    digests, rows = provenance["sha256"], provenance["rows"]
    ties = provenance.reconciliation
    difference = pounds(int(ties["difference_pence"].abs().sum()))
    about = {
        "Scheme": label,
        "Due": f"through {options['through']}" if options["through"] else "every payment point",
        "Missing data": "refused" if options["on_missing"] == "raise" else "earn nothing and wait",
        "Reviews resolved": "yes" if options["resolved"] else "no",
        "Software": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "Reconciliation": f"{len(ties):,} amounts beside the sum of their parts: difference {difference}",
    }
    return section(
        "made",
        "How this page was made",
        tag(
            "dl",
            *(joined([tag("dt", name), tag("dd", text)]) for name, text in about.items()),
            class_="about",
        ),
        table(
            "What went in",
            Column("Input", [name.capitalize() for name in digests], number=False),
            Column("Rows", [f"{rows[name]:,}" if name in rows else "" for name in digests]),
            Column("SHA-256", [tag("code", digest) for digest in digests.values()], number=False),
        ),
    )
