"""What each command does."""

from __future__ import annotations

import errno
import json
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcf_payments.cli.assurance_commands import assurance, savings
from bcf_payments.cli.chosen import choose, payments_made, resolve_chosen, settle_chosen
from bcf_payments.cli.fund_commands import pool
from bcf_payments.cli.fund_options import contributions_given
from bcf_payments.cli.layout import files_written, show, show_exactly
from bcf_payments.cli.region_commands import evaluate, regions
from bcf_payments.errors import BcfError, InputError
from bcf_payments.schemes import Scheme, available_schemes, load_scheme
from bcf_payments.schemes.having import PAID_ON_CONDITIONS
from bcf_payments.words import NOTHING_PAID, several

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement


def settle(arguments: Namespace) -> None:
    """Settle, write the tables if asked, and show the result."""
    from bcf_payments import settlement
    from bcf_payments.cli.fund_commands import fund_beside
    from bcf_payments.cli.problems import no_problems, write_problems
    from bcf_payments.cli.settlement_screen import brief_screen, settlement_screen

    chosen = choose(arguments)
    settled = settlement.settle(
        *chosen.tables,
        chosen.scheme,
        only=arguments.only,
        through=arguments.through,
        on_missing=chosen.on_missing,
        verify=arguments.verify,
    )
    settled = resolve_chosen(settled, arguments.decisions) if arguments.decisions else settled.resolve()
    if arguments.problems:
        write_problems(no_problems(), arguments.problems)
    written = []
    if arguments.out:
        beside = fund_beside(arguments, settled)
        written = settled.write(arguments.out, file_format=arguments.format or "csv", beside=beside)
    if arguments.brief:
        show(brief_screen(settled, written))
    else:
        show(settlement_screen(settled, chosen, verified=arguments.verify, written=written))


def validate(arguments: Namespace) -> None:
    """Check the input and say what is in it."""
    from bcf_payments.cli.problems import no_problems, write_problems
    from bcf_payments.cli.settlement_screen import validation_screen
    from bcf_payments.core.assess import validate as checked

    chosen = choose(arguments)
    warnings = checked(
        *chosen.tables,
        chosen.scheme,
        only=arguments.only,
        through=arguments.through,
        on_missing=chosen.on_missing,
    )
    if arguments.problems:
        write_problems(no_problems(), arguments.problems)
    show(validation_screen(chosen, warnings, arguments.through))


def compare(arguments: Namespace) -> None:
    """Settle under two schemes, write the comparison if asked, and show it."""
    from bcf_payments import settlement
    from bcf_payments.cli.comparison_screen import comparison_screen
    from bcf_payments.cli.problems import no_problems, write_problems
    from bcf_payments.core.written import with_names
    from bcf_payments.files import write_tables
    from bcf_payments.studies.compare import compare

    named = (arguments.before, arguments.after)
    chosen = [choose(Namespace(**vars(arguments) | {"scheme": scheme})) for scheme in named]
    _check_through(arguments.through, [choice.scheme for choice in chosen])
    settled = [
        settlement.settle(
            *choice.tables,
            choice.scheme,
            only=arguments.only,
            through=arguments.through,
            on_missing=choice.on_missing,
        )
        for choice in chosen
    ]
    comparison = compare(*settled)
    if arguments.problems:
        write_problems(no_problems(), arguments.problems)
    written = []
    if arguments.out:
        notices = list(dict.fromkeys(notice for one in settled for notice in one.notices))
        tables = {"comparison": with_names(comparison, settled[0].areas)}
        place = arguments.out / "comparison.xlsx" if arguments.format == "xlsx" else arguments.out
        written = write_tables(tables, place, file_format=arguments.format, notices=notices)
    show(comparison_screen(comparison, chosen, settled, written))


def _check_through(through: str | None, schemes: list[Scheme]) -> None:
    """Refuse a last payment point that some scheme lacks."""
    lacking = [scheme for scheme in schemes if through is not None and through not in scheme.wave_names]
    if lacking:
        raise InputError(
            {
                "table": "options",
                "reason": "unknown_value",
                "column": "through",
                "value": through,
                "fix": f"{scheme.name} has other payment points: {', '.join(scheme.wave_names)}",
            }
            for scheme in lacking
        )


def explain(arguments: Namespace) -> None:
    """Explain the money of one area, by its code or name."""
    from bcf_payments.cli.area_screens import explanation_screen, page_screen
    from bcf_payments.studies.peers import peers_known
    from bcf_payments.tables.lookup import code_of

    chosen, settled = settle_chosen(arguments)
    settled = resolve_chosen(settled, arguments.decisions)
    code = code_of(settled.areas, arguments.area)
    explanation = settled.explain(code, contributions_given(arguments), peers_known(settled))
    if arguments.out:
        page = explanation.write_page(arguments.out, provenance=settled.provenance)
        show(page_screen(f"Explanation of {explanation.title}", settled, chosen, page))
    else:
        show(explanation_screen(explanation, chosen, markdown=arguments.markdown))


def simulate(arguments: Namespace) -> int | None:
    """Simulate, write the tables if asked, and show the result; Ctrl-C stops it."""
    from bcf_payments.cli.exits import INTERRUPTED
    from bcf_payments.cli.problems import no_problems, write_problems
    from bcf_payments.cli.simulation_run import run_simulation, write_simulated
    from bcf_payments.cli.simulation_screen import simulation_screen

    chosen = choose(arguments)
    try:
        simulated = run_simulation(arguments, chosen)
    except KeyboardInterrupt:
        show("stopped: nothing was written", sys.stderr)
        return INTERRUPTED
    if arguments.problems:
        write_problems(no_problems(), arguments.problems)
    written = write_simulated(simulated, chosen, arguments.out, arguments.format) if arguments.out else []
    show(simulation_screen(simulated, chosen, written))
    return None


def report_page(arguments: Namespace) -> None:
    """Write the report of a settlement."""
    from bcf_payments.cli.area_screens import page_screen
    from bcf_payments.report import write_report

    chosen, settled = settle_chosen(arguments)
    settled = resolve_chosen(settled, arguments.decisions)
    chance, said = _chance(settled, arguments.chance)
    page = write_report(settled, arguments.out, contributions=contributions_given(arguments), **chance)
    show(page_screen(f"Report under {settled.scheme.label}", settled, chosen, page, [("Chance", said)]))


def _chance(settled: Settlement, draws: int | None) -> tuple[dict[str, Any], str]:
    """What stands in the report of chance, and a word of it; a failure counts only if draws are asked for."""
    from bcf_payments.report.chance import DRAWS, chance_beside

    if draws == 0:
        return {}, "left out, as asked"
    if not settled.scheme.metric_lines:
        return {}, f"left out: {PAID_ON_CONDITIONS if settled.scheme.lines else NOTHING_PAID}"
    try:
        chance, note = chance_beside(settled, draws or DRAWS)
    except InputError as error:
        if draws:
            raise
        problems = several(len(error.problems), "problem")
        return {}, f"left out: {problems} of the input, which 'bcf-payments simulate' names"
    said = f"{chance.draws:,} draws; the page says of which model (--no-chance leaves them out)"
    return {"chance": chance, "chance_note": note}, said


def schemes(arguments: Namespace) -> None:
    """List the built-in schemes, or show one scheme or its file."""
    from bcf_payments.cli.scheme_screen import scheme_list, scheme_screen

    if arguments.toml or arguments.json_schema:
        _print_or_write(_scheme_file(arguments), arguments.out)
    elif arguments.name is None:
        show(scheme_list([load_scheme(name) for name in available_schemes()]))
    else:
        show(scheme_screen(load_scheme(arguments.name)))


def _scheme_file(arguments: Namespace) -> str:
    """The TOML file of a scheme, or the JSON Schema of such files."""
    from bcf_payments.schemes import json_schema

    if arguments.toml:
        return load_scheme(arguments.name).to_toml()
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _print_or_write(text: str, file: Path | None) -> None:
    from bcf_payments.files.replacing import write_files
    from bcf_payments.files.writing import text_files

    if file is None:
        show_exactly(text)
    else:
        for written in write_files(text_files({file.name: text}), file.parent):
            show(written)


def template(arguments: Namespace) -> None:
    """Write a workbook to fill in; one that is there may be filled in already, and stays."""
    from bcf_payments.cli.scheme_screen import template_screen
    from bcf_payments.files import read_csv
    from bcf_payments.workbook import write_template

    named = arguments.scheme or available_schemes()[0]
    file, areas = arguments.file, arguments.areas
    if file.exists():
        raise FileExistsError(errno.EEXIST, "it is there, and may be filled in: give another name", str(file))
    listed = None if areas is None else read_csv(areas, "areas")
    write_template(file, named, listed, only=arguments.only)
    show(template_screen(file, load_scheme(named), arguments.only))


def check(arguments: Namespace) -> int:
    """Check worked examples; 1 unless every figure of every file comes out."""
    from bcf_payments.cli.check_screen import check_file, check_screen, example_files
    from bcf_payments.cli.exits import REFUSED
    from bcf_payments.cli.problems import report

    results = [check_file(file) for file in example_files(arguments.files)]
    show(check_screen(results))
    for checked in results:
        if isinstance(checked.result, BcfError):
            show(f"\n{checked.file}:", sys.stderr)
            report(checked.result, None)
    return 0 if all(checked.as_expected for checked in results) else REFUSED


def assumptions(arguments: Namespace) -> None:
    """Settle the input under every alternative of the scheme, and show what each would change."""
    from bcf_payments.cli.assumptions_screen import assumptions_screen
    from bcf_payments.studies.assumptions import assumptions as settled_under_alternatives

    chosen, settled = settle_chosen(arguments)
    show(assumptions_screen(settled_under_alternatives(settled), chosen))


def return_(arguments: Namespace) -> None:
    """Show the return of one area, and write it if asked; or write those of all areas."""
    from bcf_payments.cli.area_screens import return_screen
    from bcf_payments.cli.arguments import ALL_AREAS
    from bcf_payments.cli.packs import packs_screen, write_packs
    from bcf_payments.returns.writing import write_returns
    from bcf_payments.tables.lookup import code_of

    chosen, settled = settle_chosen(arguments)
    settled, paid = resolve_chosen(settled, arguments.decisions), payments_made(arguments)
    code = None if arguments.area == ALL_AREAS else code_of(settled.areas, arguments.area)
    if arguments.out and not arguments.out.suffix:
        show(packs_screen(settled, chosen, write_packs(settled, code, paid, arguments.out), arguments.out))
        return
    if code is None:
        show(files_written(write_returns(settled, settled.returns(paid), arguments.out)))
        return
    area_return = settled.return_for(code, paid)
    written = area_return.write(arguments.out) if arguments.out else []
    show(return_screen(area_return, chosen, written))


def calendar(arguments: Namespace) -> None:
    """Show the payment calendar of England or of one area, and write it if asked."""
    from bcf_payments.cli.area_screens import calendar_screen
    from bcf_payments.returns.writing import write_csv
    from bcf_payments.tables.lookup import code_of

    chosen, settled = settle_chosen(arguments)
    area_code = code_of(settled.areas, arguments.area) if arguments.area else None
    table = settled.calendar(area_code)
    written = write_csv(table, arguments.out, settled.notices) if arguments.out else []
    show(calendar_screen(settled, chosen, area_code, written))


def due(arguments: Namespace) -> None:
    """Show what to pay now, and write it if asked."""
    from bcf_payments.cli.due_screen import due_screen
    from bcf_payments.core.written import with_names
    from bcf_payments.returns.writing import write_csv
    from bcf_payments.studies.compare import compare

    chosen, settled = settle_chosen(arguments)
    table = settled.due(payments_made(arguments))
    revised = None
    if arguments.before:
        as_before = {"input": arguments.before, "problems": None}
        _, before = settle_chosen(Namespace(**vars(arguments) | as_before))
        revised = compare(before, settled, by="wave")
    named = with_names(table, settled.areas)
    written = write_csv(named, arguments.out, settled.notices) if arguments.out else []
    show(due_screen(table, revised, settled, chosen, written))


def required(arguments: Namespace) -> None:
    """Show what an area must achieve on each line, or for an amount, and write it if asked."""
    from bcf_payments.cli.arguments import ALL_AREAS
    from bcf_payments.cli.required_screen import required_screen
    from bcf_payments.returns.writing import write_csv
    from bcf_payments.studies.planning import outcomes_to_earn
    from bcf_payments.tables.lookup import code_of

    chosen, settled = settle_chosen(arguments)
    code = None if arguments.area == ALL_AREAS else code_of(settled.areas, arguments.area)
    table = outcomes_to_earn(settled, code, arguments.earn)
    written = write_csv(table, arguments.out, settled.notices) if arguments.out else []
    show(required_screen(table, code, settled, chosen, written) if code else files_written(written))


def plot(arguments: Namespace) -> None:
    """Draw a picture into a file."""
    from bcf_payments.cli.area_screens import page_screen
    from bcf_payments.cli.plotting import draw

    chosen, settled = settle_chosen(arguments)
    settled = resolve_chosen(settled, arguments.decisions) if arguments.decisions else settled.resolve()
    title, file = draw(settled, arguments)
    show(page_screen(title, settled, chosen, file))


def completion(arguments: Namespace) -> None:
    """Print the script by which a shell completes commands, options and names."""
    from bcf_payments.cli.arguments import parser
    from bcf_payments.cli.completion import completion_script

    show_exactly(completion_script(parser(), arguments.shell))


COMMANDS: dict[str, Callable[[Namespace], int | None]] = {
    "settle": settle,
    "validate": validate,
    "compare": compare,
    "explain": explain,
    "schemes": schemes,
    "check": check,
    "assumptions": assumptions,
    "report": report_page,
    "simulate": simulate,
    "return": return_,
    "calendar": calendar,
    "due": due,
    "pool": pool,
    "required": required,
    "assurance": assurance,
    "savings": savings,
    "regions": regions,
    "evaluate": evaluate,
    "plot": plot,
    "completion": completion,
    "template": template,
}
