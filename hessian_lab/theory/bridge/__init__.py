"""From simulated glasses to the theories: what a campaign measures becomes their inputs, each with its error.

`measure` takes the glasses of one group of a run; `from_campaign` builds one theory from them; `density_figure` lays
the prediction of the internal-stress theory over the simulated density of states. Everything is in the reduced units of
the model. The records themselves are in `hessian_lab.records`.
"""

from ...statistics import StressDistribution, stress_distribution
from ._build import BRIDGED, from_campaign, heterogeneous_elasticity, pick_group, quench_time
from ._elasticity_figure import elasticity_figure
from ._figure import density_figure
from ._inputs import COLUMNS, Inputs, Measured, measure
from ._local_moduli import LocalDisorder, local_disorder
from ._record import elasticity_record, inputs_record, stress_fit_record
from ._stress_prediction import StressFit, StressPrediction, fit_stress_prediction

__all__ = [
    "BRIDGED",
    "COLUMNS",
    "Inputs",
    "LocalDisorder",
    "Measured",
    "StressDistribution",
    "StressFit",
    "StressPrediction",
    "density_figure",
    "elasticity_figure",
    "elasticity_record",
    "fit_stress_prediction",
    "from_campaign",
    "heterogeneous_elasticity",
    "inputs_record",
    "local_disorder",
    "measure",
    "pick_group",
    "quench_time",
    "stress_distribution",
    "stress_fit_record",
]
