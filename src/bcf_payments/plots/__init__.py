"""Pictures of a settlement: each function draws on an Axes, a new one or yours, and returns it.

Nothing is shown or saved, and no global setting of matplotlib changes. Every picture of the embedded
example carries its notices at the foot. Needs the extra `plot`.
"""

from bcf_payments.errors import require_extra

require_extra("matplotlib", "bcf_payments.plots")

from bcf_payments.plots.bars import change, earned_and_held  # noqa: E402
from bcf_payments.plots.before_after import before_after  # noqa: E402
from bcf_payments.plots.dots import achievement  # noqa: E402
from bcf_payments.plots.flows import money_flow  # noqa: E402
from bcf_payments.plots.funnels import funnel  # noqa: E402
from bcf_payments.plots.luck import chance_by_area, payment_distribution  # noqa: E402
from bcf_payments.plots.quality import measure_quality  # noqa: E402
from bcf_payments.plots.tiles import tile_map  # noqa: E402
from bcf_payments.plots.xmr import xmr  # noqa: E402

__all__ = [
    "achievement",
    "before_after",
    "chance_by_area",
    "change",
    "earned_and_held",
    "funnel",
    "measure_quality",
    "money_flow",
    "payment_distribution",
    "tile_map",
    "xmr",
]
