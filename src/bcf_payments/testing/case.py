"""A whole case: a scheme and the four tables that it settles."""

from typing import NamedTuple

import pandas as pd

from bcf_payments.schemes import Scheme


class Case(NamedTuple):
    """Everything that `settle` needs: `settle(*case.tables, case.scheme, through=..., on_missing=...)`.

    Attributes
    ----------
    scheme : Scheme
    areas, plans, outcomes, assurance : DataFrame
    through : str or None
        The last wave that is due.
    on_missing : {"raise", "withhold"}
        `withhold` where rows and cells may be missing.
    """

    scheme: Scheme
    areas: pd.DataFrame
    plans: pd.DataFrame
    outcomes: pd.DataFrame
    assurance: pd.DataFrame
    through: str | None
    on_missing: str

    @property
    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Areas, plans, outcomes and assurance, in `settle`'s order."""
        return self.areas, self.plans, self.outcomes, self.assurance
