"""The first sheet: what was settled, the national figures, and whether everything adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bcf_payments.display import REASONS, component_titles, line_title
from bcf_payments.explanation.words import spoken
from bcf_payments.files.book import Book
from bcf_payments.files.sheet_data import Formula
from bcf_payments.frames import PENCE_COLUMNS
from bcf_payments.schemes.held_back import stays_with_the_area
from bcf_payments.settlement import Settlement
from bcf_payments.workbook.areas import MONEY, MONEY_HEADS, REGION, Areas, put_money
from bcf_payments.workbook.checks import Totals, checks
from bcf_payments.workbook.styles import cells, headings, set_page, set_widths
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
        self, book: Book, settlement: Settlement, sheet: Any, tables: Mapping[str, Written], areas: Areas
    ) -> None:
        self.book, self.settlement, self.sheet = book, settlement, sheet
        self.tables, self.areas = tables, areas
        self.row = 1

    def write(self) -> None:
        """Fill the sheet."""
        verdict = self._about()
        totals = [self._lines(), self._regions()]
        self._reasons()
        self._fund()
        self._reviews()
        self._releases()
        self._section("Checks: do the figures add up?", "Whole pence; recalculated whenever the workbook is.")
        self.row, verdicts = checks(
            self.book, self.settlement, self.sheet, self.row, Totals(self.tables, self.areas, totals)
        )
        ok = f'COUNTIF({verdicts},"ties")=ROWS({verdicts})'
        text = f'=IF({ok},"Every total ties.","A total does not tie: see the checks below.")'
        self.book.put(self.sheet, verdict, 2, Formula(text, "Every total ties."), "bcf bold")
        set_widths(self.sheet, [22, 26, 46, *[20] * len(PENCE_COLUMNS), 14])
        self.sheet.freeze_panes = "A2"
        set_page(self.sheet, self.settlement.notices, pages=1)

    def _about(self) -> int:
        """Say what was settled; give the row of the verdict."""
        settlement, scheme = self.settlement, self.settlement.scheme
        through = settlement.through or scheme.wave_names[-1]
        missing = "refused" if settlement.on_missing == "raise" else "earns nothing and waits"
        self.book.put(self.sheet, self.row, 1, f"Performance payments: {scheme.title}", "bcf title")
        self.row += 1
        for text in (*settlement.notices, NOT_THAT):
            self._wide(text, "bcf notice" if text in settlement.notices else "bcf wrapped")
        facts = [
            ("Scheme", scheme.label),
            ("Due through", _wave_title(settlement, through)),
            ("Missing data", missing),
            ("Areas", len(settlement.areas)),
            ("Sheets", "By area leads to each area's explanation; every other sheet is a table of its own."),
        ]
        for label, value in facts:
            self.book.put(self.sheet, self.row, 1, label, "bcf bold")
            self.book.put(self.sheet, self.row, 2, value, "bcf text")
            self.row += 1
        self.book.put(self.sheet, self.row, 1, "Do the figures add up?", "bcf bold")
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
        self.book.put(self.sheet, self.row, 1, text, style)
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=LAST)
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
        for wave in scheme.waves:
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
        return self._england([f"=SUM({payments.column(name)})/100" for name in PENCE_COLUMNS])

    def _england(self, formulas: list[str]) -> int:
        self._names(["England", "", ""], "bcf bold")
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
        return self._england(
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
        for reason, words in REASONS.items():
            self._names([reason, "", words])
            where = [(table.column("held_reason"), f"$A{self.row}")]
            held = Formula(_sum_if(table.column("withheld_pence"), where), int(sums.get(reason, 0)) / 100)
            self.book.put(self.sheet, self.row, MONEY, held, "bcf pounds")
            self.row += 1
        self._total(first, int(sums.sum()))

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
        self._names(["England", "", ""], "bcf bold")
        total = Formula(f"=SUM({cells(self.sheet, MONEY, first, self.row - 1)})", pence / 100)
        self.book.put(self.sheet, self.row, MONEY, total, "bcf pounds in bold")
        self.row += 1

    def _reviews(self) -> None:
        """What follows from missed lines."""
        triggered, reviews = self.settlement.reviews, self.tables["reviews"]
        if triggered.empty:
            return
        self._section("What follows from missed targets")
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


def _wave_title(settlement: Settlement, name: str) -> str:
    return next(f"{wave.title} ({name})" for wave in settlement.scheme.waves if wave.name == name)
