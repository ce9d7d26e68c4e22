"""The first sheet: what was settled, the national figures, and whether everything adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bcf_payments.core.result import Result
from bcf_payments.explanation.figures import Figures, results
from bcf_payments.explanation.findings import Table
from bcf_payments.files.book import Book, Formula
from bcf_payments.files.styles import cells, headings, letter, put_across, set_page, set_widths
from bcf_payments.names import NATIONAL_FUND, PENCE_COLUMNS
from bcf_payments.schemes.fields import component_titles, line_title
from bcf_payments.schemes.held_back import stays_with_the_area
from bcf_payments.schemes.levels import ends_in, reasons_in
from bcf_payments.words import MONEY_HEADINGS, spoken
from bcf_payments.workbook.areas import MONEY, MONEY_HEADS, REGION, Areas, put_money
from bcf_payments.workbook.tables import Written

HEADS = [*MONEY_HEADS, "Earned %"]
LAST = MONEY + len(HEADS) - 1
NOT_THAT = (
    '"Settlement" here is the settling of performance payments, not the Local Government Finance Settlement.'
)
IDENTITY = "Entitlement = earned - caught up + held back + not yet due."
STAYS = " Held back money stays with its area."


class Summary:
    """The summary, written from the top down."""

    def __init__(
        self,
        book: Book,
        settlement: Result,
        sheet: Any,
        tables: Mapping[str, Written],
        areas: Areas,
        notices: Sequence[str],
    ) -> None:
        self.book, self.settlement, self.sheet = book, settlement, sheet
        self.tables, self.areas, self.notices = tables, areas, notices
        self.row = 1

    def write(self) -> None:
        """Fill the sheet."""
        scheme, totals = self.settlement.scheme, []
        verdict = self._about()
        if scheme.lines:
            totals = [self._lines(), self._regions()]
            self._reasons()
        if not scheme.metric_lines:
            self._results()
        if scheme.amounts:
            self._fund()
            self._reviews()
            self._releases()
            self._checks(verdict, totals)
        set_widths(self.sheet, [22, 26, 46, *[20] * len(PENCE_COLUMNS), 14])
        self.sheet.freeze_panes("A2")
        set_page(self.sheet, self.settlement.notices, pages=1)

    def _checks(self, verdict: int, totals: Sequence[int]) -> None:
        """Whether the figures add up, and the verdict in its row."""
        self.book.put(self.sheet, verdict, 1, "Do the figures add up?", "bcf bold")
        self._section("Checks: do the figures add up?", "Whole pence; recalculated whenever the workbook is.")
        self.row, verdicts = checks(
            self.book, self.settlement, self.sheet, self.row, Totals(self.tables, self.areas, totals)
        )
        ok = f'COUNTIF({verdicts},"ties")=ROWS({verdicts})'
        text = f'=IF({ok},"Every total ties.","A total does not tie: see the checks below.")'
        self.book.put(self.sheet, verdict, 2, Formula(text, "Every total ties."), "bcf bold")

    def _about(self) -> int:
        """Say what was settled; give the row of the verdict."""
        settlement, scheme = self.settlement, self.settlement.scheme
        through = settlement.through or scheme.wave_names[-1]
        missing = "refused" if settlement.on_missing == "raise" else "earns nothing and waits"
        title = f"Performance payments: {scheme.title}" if scheme.lines else scheme.title
        self.book.put(self.sheet, self.row, 1, title, "bcf title")
        self.row += 1
        for text in (*self.notices, NOT_THAT):
            self._wide(text, "bcf notice" if text in self.notices else "bcf wrapped")
        facts = [
            ("Scheme", scheme.label),
            ("Due through", _wave_title(settlement, through)),
            *([("Missing data", missing)] if scheme.lines else []),
            ("Areas", len(settlement.areas)),
            ("Sheets", "By area leads to each area's explanation; every other sheet is a table of its own."),
            ("To print", "Filter Explanations by area first: each takes some three pages."),
        ]
        for label, value in facts:
            self.book.put(self.sheet, self.row, 1, label, "bcf bold")
            self.book.put(self.sheet, self.row, 2, value, "bcf text")
            self.row += 1
        self.row += 1
        return self.row - 1

    def _section(self, title: str, said: str = "") -> None:
        self.row += 1
        self.book.put(self.sheet, self.row, 1, title, "bcf section")
        self.row += 1
        if said:
            self.book.put(self.sheet, self.row, 1, said, "bcf text")
            self.row += 1

    def _wide(self, text: str, style: str) -> None:
        put_across(self.book, self.sheet, self.row, (1, LAST), text, style)
        self.row += 1

    def _names(self, names: Sequence[object], style: str = "bcf text") -> None:
        for column, name in enumerate(names, start=1):
            self.book.put(self.sheet, self.row, column, name, style)

    def _money(self, formulas: list[str], figures: Mapping[Any, Any], look: str = "") -> None:
        put_money(self.book, self.sheet, self.row, MONEY, formulas, figures, look)
        self.row += 1

    def _lines(self) -> int:
        """Money by payment point and line; give the row of its total."""
        stays = STAYS if stays_with_the_area(self.settlement.scheme) else ""
        self._section("By payment point and line", IDENTITY + stays)
        headings(self.book, self.sheet, self.row, ["Payment point", "Line", "What it is", *HEADS], MONEY)
        self.row += 1
        scheme, payments = self.settlement.scheme, self.tables["payments"]
        waves = self.settlement.summary("wave").set_index("wave").to_dict("index")
        lines = self.settlement.summary("line").set_index(["wave", "line"]).to_dict("index")
        for wave in (wave for wave in scheme.waves if wave.lines):
            self._names([wave.name, "", wave.title], "bcf bold")
            where = [(payments.column("wave"), f"$A{self.row}")]
            self._money(
                [_sum_if(payments.column(name), where) for name in PENCE_COLUMNS],
                waves[wave.name],
                " in bold",
            )
            for line in wave.lines:
                self._names([wave.name, line.name, line_title(scheme, line.name)])
                where = [
                    (payments.column("wave"), f"$A{self.row}"),
                    (payments.column("line"), f"$B{self.row}"),
                ]
                sums = [_sum_if(payments.column(name), where) for name in PENCE_COLUMNS]
                self._money(sums, lines[wave.name, line.name])
        return self._together([f"=SUM({payments.column(name)})/100" for name in PENCE_COLUMNS])

    def _together(self, formulas: list[str]) -> int:
        self._names([self.settlement.whole, "", ""], "bcf bold")
        self._money(formulas, self.settlement.summary().to_dict("records")[0], " in bold")
        return self.row - 1

    def _regions(self) -> int:
        """Money by region; give the row of its total."""
        self._section("By region")
        headings(self.book, self.sheet, self.row, ["Region", "", "Areas", *HEADS], MONEY - 1)
        self.row += 1
        first = self.row
        sizes = self.settlement.areas["region"].value_counts()
        for region in self.settlement.summary("region").to_dict("records"):
            self._names([region["region"], ""])
            self.book.put(self.sheet, self.row, MONEY - 1, int(sizes[region["region"]]), "bcf count")
            same = f"({self.areas.column(REGION)}=$A{self.row})"
            sums = [
                f"=SUMPRODUCT({same}*{self.areas.column(MONEY + number)})"
                for number in range(len(PENCE_COLUMNS))
            ]
            self._money(sums, region)
        columns = range(MONEY, MONEY + len(PENCE_COLUMNS))
        return self._together(
            [f"=SUM({cells(self.sheet, column, first, self.row - 1)})" for column in columns]
        )

    def _reasons(self) -> None:
        """Why money is held back."""
        payments, table = self.settlement.payments, self.tables["payments"]
        sums = payments.groupby("held_reason")["withheld_pence"].sum()
        self._section("Why money is held back")
        headings(self.book, self.sheet, self.row, ["Reason", "", "In words", "Held back (£)"], MONEY)
        self.row += 1
        first = self.row
        for reason, words in reasons_in(self.settlement.scheme).items():
            self._names([reason, "", words])
            where = [(table.column("held_reason"), f"$A{self.row}")]
            held = Formula(_sum_if(table.column("withheld_pence"), where), int(sums.get(reason, 0)) / 100)
            self.book.put(self.sheet, self.row, MONEY, held, "bcf pounds")
            self.row += 1
        self._total(first, int(sums.sum()))

    def _results(self) -> None:
        """How many areas came to which result, where no line pays on a metric."""
        found = results(Figures(self.settlement))
        self._section(found.title)
        for part in found.parts:
            if isinstance(part, str):
                self._wide(part, "bcf wrapped")
            elif isinstance(part, Table):
                within, *columns = part.columns
                heads = [within.heading, part.key.heading, part.caption, *(one.heading for one in columns)]
                headings(self.book, self.sheet, self.row, heads, MONEY)
                self.row += 1
                cells_of = zip(within.cells, part.key.cells, *(one.cells for one in columns), strict=True)
                for wave, line, *counts in cells_of:
                    self._names([wave, line, line_title(self.settlement.scheme, str(line))])
                    for column, count in enumerate(counts, start=MONEY):
                        self.book.put(self.sheet, self.row, column, count, "bcf count")
                    self.row += 1

    def _fund(self) -> None:
        """The components of the fund."""
        self._section("The fund")
        headings(self.book, self.sheet, self.row, ["Component", "", "What it is", "Amount (£)"], MONEY)
        self.row += 1
        first, allocations = self.row, self.tables["allocations"]
        sums = self.settlement.allocations.groupby("component", sort=False)["amount_pence"].sum()
        titles = component_titles(self.settlement.scheme)
        for component, pence in sums.items():
            self._names([component, "", titles[str(component)]])
            where = [(allocations.column("component"), f"$A{self.row}")]
            amount = Formula(_sum_if(allocations.column("amount_pence"), where), int(pence) / 100)
            self.book.put(self.sheet, self.row, MONEY, amount, "bcf pounds")
            self.row += 1
        self._total(first, int(sums.sum()))

    def _total(self, first: int, pence: int) -> None:
        self._names([self.settlement.whole, "", ""], "bcf bold")
        total = Formula(f"=SUM({cells(self.sheet, MONEY, first, self.row - 1)})", pence / 100)
        self.book.put(self.sheet, self.row, MONEY, total, "bcf pounds in bold")
        self.row += 1

    def _reviews(self) -> None:
        """What follows from missed lines."""
        triggered, reviews = self.settlement.reviews, self.tables["reviews"]
        if triggered.empty:
            return
        self._section(f"What follows from missed {ends_in(self.settlement.scheme).ends}")
        headings(
            self.book, self.sheet, self.row, ["Payment point", "What follows", "Lines", "Held back (£)"], 3
        )
        self.row += 1
        first = self.row
        for (wave, action), rows in triggered.groupby(["wave", "action"]):
            self._names([wave, action])
            where = [(reviews.column("wave"), f"$A{self.row}"), (reviews.column("action"), f"$B{self.row}")]
            conditions = ",".join(f"{column},{cell}" for column, cell in where)
            self.book.put(
                self.sheet, self.row, 3, Formula(f"=COUNTIFS({conditions})", len(rows)), "bcf count"
            )
            held = Formula(
                _sum_if(reviews.column("withheld_pence"), where), int(rows["withheld_pence"].sum()) / 100
            )
            self.book.put(self.sheet, self.row, MONEY, held, "bcf pounds")
            self.row += 1
        self._total(first, int(triggered["withheld_pence"].sum()))

    def _releases(self) -> None:
        """Where money that was held back goes, once reviews are resolved."""
        releases = self.settlement.releases
        if releases.empty:
            return
        self._section("Where money that was held back goes")
        headings(self.book, self.sheet, self.row, ["Destination", "", "In words", "Amount (£)"], MONEY)
        self.row += 1
        first, table = self.row, self.tables["releases"]
        for destination, rows in releases.groupby("destination"):
            self._names([destination, "", spoken(str(destination))])
            where = [(table.column("destination"), f"$A{self.row}")]
            amount = Formula(
                _sum_if(table.column("amount_pence"), where), int(rows["amount_pence"].sum()) / 100
            )
            self.book.put(self.sheet, self.row, MONEY, amount, "bcf pounds")
            self.row += 1
        self._total(first, int(releases["amount_pence"].sum()))


def _sum_if(amounts: str, where: Sequence[tuple[str, str]]) -> str:
    """A formula for the pounds of the rows that answer to names."""
    conditions = ",".join(f"{column},{cell}" for column, cell in where)
    return f"=SUMIFS({amounts},{conditions})/100"


def _wave_title(settlement: Result, name: str) -> str:
    return next(f"{wave.title} ({name})" for wave in settlement.scheme.waves if wave.name == name)


CHECK_HEADS = ("What", "As settled", "By payment", "By line", "By region", "By area", "Difference", "Verdict")

VERDICT = len(CHECK_HEADS)


class Totals(NamedTuple):
    """Where the same national totals stand."""

    tables: Mapping[str, Written]
    areas: Areas
    rows: Sequence[int]
    """Of the summary: the totals of the lines and of the regions."""


def checks(book: Book, settlement: Result, sheet: Any, row: int, totals: Totals) -> tuple[int, str]:
    """Write the checks from a row on; give the row after them, and the cells of their verdicts."""
    headings(book, sheet, row, CHECK_HEADS, 2)
    book.put(sheet, row, VERDICT, CHECK_HEADS[-1], "bcf heading")
    first = row + 1
    checked = _fund(settlement, totals.tables)
    if settlement.scheme.lines:
        checked = [*_money(settlement, sheet, totals), *_identity(settlement, totals.tables), *checked]
    for number, (what, figures) in enumerate(checked, start=first):
        book.put(sheet, number, 1, what, "bcf text")
        for column, figure in enumerate(figures, start=2):
            book.put(sheet, number, column, figure, "bcf count")
        compared = f"{letter(2)}{number}:{letter(VERDICT - 2)}{number}"
        difference = f"{letter(VERDICT - 1)}{number}"
        book.put(sheet, number, VERDICT - 1, Formula(f"=MAX({compared})-MIN({compared})", 0), "bcf count")
        book.put(
            sheet, number, VERDICT, Formula(f'=IF({difference}=0,"ties","does not tie")', "ties"), "bcf text"
        )
    last = first + len(checked) - 1
    return last + 1, cells(sheet, VERDICT, first, last)


Check = tuple[str, list[int | Formula]]


def _money(settlement: Result, sheet: Any, totals: Totals) -> list[Check]:
    """Each amount: as settled, and as the sheets add it up."""
    nation = settlement.summary().to_dict("records")[0]
    found: list[Check] = []
    for number, name in enumerate(PENCE_COLUMNS):
        places = [cells(sheet, MONEY + number, row) for row in totals.rows]
        places.append(cells(totals.areas.sheet, MONEY + number, totals.areas.total_row))
        formulas = [
            f"=SUM({totals.tables['payments'].column(name)})",
            *(f"=ROUND(100*{p},0)" for p in places),
        ]
        pence = int(nation[name])
        found.append((MONEY_HEADINGS[name], [pence, *(Formula(formula, pence) for formula in formulas)]))
    return found


def _identity(settlement: Result, tables: Mapping[str, Written]) -> list[Check]:
    """The identity of the five amounts."""
    entitled, earned, caught_up, held, not_due = (tables["payments"].column(name) for name in PENCE_COLUMNS)
    parts = f"SUM({earned})-SUM({caught_up})+SUM({held})+SUM({not_due})"
    entitlement = int(settlement.payments["entitlement_pence"].sum())
    return [
        ("Entitlement by its parts", [entitlement, Formula(f"={parts}", entitlement)]),
        (
            "Line by line",
            [0, Formula(f"=SUMPRODUCT(ABS({entitled}-{earned}+{caught_up}-{held}-{not_due}))", 0)],
        ),
    ]


def _fund(settlement: Result, tables: Mapping[str, Written]) -> list[Check]:
    """The fund as allocated and as it moved, and the reconciliation."""
    allocations, ledger = tables["allocations"], tables["ledger"]
    fund = int(settlement.allocations["amount_pence"].sum())
    national = fund if settlement.case.is_part else settlement.scheme.fund_pence
    moved = f'=SUMIFS({ledger.column("amount_pence")},{ledger.column("from_account")},"{NATIONAL_FUND}")'
    differences = tables["reconciliation"].column("difference_pence")
    return [
        (
            "The fund: allocations",
            [national, Formula(f"=SUM({allocations.column('amount_pence')})", fund)],
        ),
        ("The fund: ledger", [national, Formula(moved, fund)]),
        ("Reconciliation", [0, Formula(f"=SUMPRODUCT(ABS({differences}))", 0)]),
    ]
