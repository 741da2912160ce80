"""The report: one self-contained page of figures, tables and an honest verdict for a run.

Numbers are made in `hessian_lab.claims` and `hessian_lab.statistics`; here they are only drawn, tabulated and put into
words. A new family of figures is one file in `_figures` and one line in its table `FAMILIES`.
"""

from ._equilibration import equilibration_figure
from ._levels import gap_ratio_sizes_figure, level_statistics_figure, localisation_figure
from ._report import make_report
from ._spectra import cost_figure, density_comparison_figure, density_figure
from ._stresses import ModeClass, StressCase, prestress_figure, stress_figure
from ._verdict import Verdict, verdict

__all__ = [
    "ModeClass",
    "StressCase",
    "Verdict",
    "cost_figure",
    "density_comparison_figure",
    "density_figure",
    "equilibration_figure",
    "gap_ratio_sizes_figure",
    "level_statistics_figure",
    "localisation_figure",
    "make_report",
    "prestress_figure",
    "stress_figure",
    "verdict",
]
