"""A scheme: rules that are valid together, and can be changed, written and read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import model_validator

from bcf_payments import hints
from bcf_payments.schemes.changing import alternative_scheme, changed_copy, combinations_of, misfits
from bcf_payments.schemes.cited import told as told_value
from bcf_payments.schemes.consistency import contradictions
from bcf_payments.schemes.fields import InconsistentError, SchemeFields
from bcf_payments.schemes.toml import toml_text
from bcf_payments.schemes.toml_files import parse_toml
from bcf_payments.schemes.validated import read_scheme, validated
from bcf_payments.words import printable


class Scheme(SchemeFields):
    """The rules of one settlement, as data: what is paid, when, on what, by which curve, and why.

    Instances are immutable; `replace` gives a changed copy, `to_toml` the file that would load it. A cited
    value has a `value`, its `source` (ids of facts) and its `basis` (`stated`, `derived` or `assumed`).

    Attributes
    ----------
    name, title : str
        What the scheme is called.
    example : str or None
        The embedded example that suits it.
    area_code_pattern : cited str
        The regular expression that area codes match.
    announced_pounds : cited Fraction or None
        The whole fund as it was announced.
    areas_expected : cited int or None
        How many areas share the fund.
    components : tuple
        Money by formula: `name`, `title`, `amount_pounds`, and the column of weights, `weight`.
    pot
        The performance pot: its `kind` (`fixed` or `planned_value`), `amount_pounds`, `weight`, and the rules
        of its kind.
    metrics : dict
        By name: `title`, `unit` and `direction`.
    conditions : dict
        By name, what each condition of a plan says, cited.
    curves : dict
        By name, the points from x = 0 to x = 1, cited.
    waves : tuple
        The payment points: `name`, `title`, `payment_date`, their `lines`, and the metrics `monitored`.
    review : Review or None
        Which missed lines trigger what: a `scope` and `actions`.
    alternatives : tuple
        Other readings of what is assumed.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> scheme = bcf.load_scheme("october_2013")
    >>> [wave.name for wave in scheme.waves], scheme.pot.amount_pence
    (['wave_1', 'wave_2'], 100000000000)
    >>> scheme.curves["proportional"].basis, scheme.curves["proportional"].source
    ('assumed', ('A14',))
    """

    @model_validator(mode="after")
    def _consistent(self) -> Scheme:
        sections = {name: getattr(self, name) for name in type(self).model_fields}
        faults = contradictions(sections) or misfits(self, self.alternatives)
        if faults:
            raise InconsistentError(faults)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as data, which are checked again: classes such as `Cited[int]` have no name to find."""
        return Scheme.model_validate, (self.model_dump(),)

    def rules(self) -> hints.DataFrame:
        """Show every rule as a table.

        Returns
        -------
        DataFrame
            `rule` (its path), `value`, `source`, `basis`; all text.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> bcf.load_scheme("july_2014").rules().query("rule == 'pot.unit_value_pounds'").iloc[0].to_list()
        ['pot.unit_value_pounds', '1490', 'C8', 'assumed']
        """
        import pandas as pd

        rows = [
            (path, told_value(rule.value), ", ".join(rule.source), rule.basis) for path, rule in self.cited()
        ]
        return pd.DataFrame(rows, columns=["rule", "value", "source", "basis"])

    def calendar(self) -> hints.DataFrame:
        """Show when the scheme pays, on what, and by which rules.

        Returns
        -------
        DataFrame, a row per line
            `payment_date`, `wave`, `line`; `measured_from` and `measured_to` of a metric, or `submit_by` of
            a plan; `share` of the pot, exact, as text (blank where the pot depends on plans);
            `at_most_pence`, the most that all areas can be paid on it: its share of the pot, or the whole
            pot where missed payment points can be made good later or the plans decide; `date_source` and
            `date_basis` of the day; `source`, the ids of all `rules` of the line (paths, as in `rules()`),
            and `basis`, the weakest of theirs. Money by formula has no days.

        Notes
        -----
        Source: A1, A15, B1, C3, C8.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> calendar = bcf.load_scheme("july_2014").calendar()
        >>> calendar[["payment_date", "measured_to", "date_source", "date_basis"]].head(2)
          payment_date measured_to date_source date_basis
        0   2015-05-01  2015-03-31      C3, C8    assumed
        1   2015-08-01  2015-06-30          C8    assumed
        """
        from bcf_payments.schemes.calendar import scheme_calendar

        return scheme_calendar(self)

    def __str__(self) -> str:
        return f"{self.label}: {' '.join(printable(self.title).split())}"

    def __repr__(self) -> str:
        return f"<Scheme {self}; {len(self.cited())} rules>"

    def replace(self, **changes: Any) -> Scheme:
        """A validated copy with some rules changed.

        Parameters
        ----------
        **changes
            A field of the scheme, by its path with `__` between its steps, counted from 0
            (`pot__cumulative=False`, `waves__0__payment_date=...`, `metrics__falls={...}`); or by its own
            name, where only one rule of the scheme has it (`cumulative=False`). None takes away what may be
            left out (`review=None`). A plain value for a rule is marked as the caller's own assumption:
            `source` becomes `("user",)` and `basis` `"assumed"`. Alternatives that contradict the changed
            rules are left out.

        Returns
        -------
        Scheme
            The copy; this one stays as it is.

        Raises
        ------
        SchemeError
            A name that the scheme lacks, or a copy that contradicts itself.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> bcf.load_scheme("july_2014").replace(unit_value_pounds=2150).pot.unit_value_pounds
        Cited(value=Fraction(2150, 1), source=('user',), basis='assumed')
        >>> bcf.load_scheme("october_2013").replace(review=None).review is None
        True
        """
        return changed_copy(self, changes)

    def alternative(self, name: str) -> Scheme:
        """A copy in which one of the scheme's alternatives holds, itself without alternatives.

        Parameters
        ----------
        name : str
            One of `alternatives`. The rules that it changes become assumptions that cite its facts.

        Returns
        -------
        Scheme

        Raises
        ------
        SchemeError
            A name that no alternative has.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> bcf.load_scheme("july_2014").alternative("separate_quarters").pot.cumulative
        Cited(value=False, source=('C8',), basis='assumed')
        """
        return alternative_scheme(self, name)

    def combinations(self) -> dict[tuple[str, ...], Scheme]:
        """Make every combination of the scheme's alternatives, for `settle_grid`.

        Returns
        -------
        dict of tuple of str to Scheme
            By the names of the alternatives that hold, in the scheme's order; first, without a name, the
            scheme itself. Alternatives that change the same rule, or contradict each other, do not go
            together. Of `n` alternatives there are at most `2 ** n`.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> for names in bcf.load_scheme("july_2014").combinations():
        ...     if len(names) == 2:
        ...         print(*names)
        separate_quarters unit_value_2150
        separate_quarters unit_value_1552
        separate_quarters social_care_weights
        unit_value_2150 social_care_weights
        unit_value_1552 social_care_weights
        """
        return combinations_of(self)

    @classmethod
    def from_toml(cls, text: str) -> Scheme:
        """Read a scheme from the text of a TOML file, as a service that keeps schemes elsewhere has it.

        Parameters
        ----------
        text : str
            What stands in the file.

        Returns
        -------
        Scheme

        Raises
        ------
        SchemeError
            Every fault of it, as `load_scheme` finds them.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> july = bcf.load_scheme("july_2014")
        >>> bcf.Scheme.from_toml(july.to_toml()) == july
        True
        """
        return read_scheme(cls, partial(parse_toml, text), "scheme")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scheme:
        """Read a scheme from nested dictionaries, as a program makes them or JSON holds them.

        Parameters
        ----------
        data : mapping
            What a TOML file would hold; days may be text.

        Returns
        -------
        Scheme

        Raises
        ------
        SchemeError
            Every fault of it, as `load_scheme` finds them.

        Examples
        --------
        >>> import json
        >>> import bcf_payments as bcf
        >>> july = bcf.load_scheme("july_2014")
        >>> bcf.Scheme.from_dict(json.loads(july.model_dump_json())) == july
        True
        """
        return validated(cls, data, "scheme")

    def to_toml(self) -> str:
        """Write the scheme as TOML.

        Returns
        -------
        str
            The text of a file; `load_scheme` and `Scheme.from_toml` read it back to an equal scheme.
        """
        return toml_text(self)
