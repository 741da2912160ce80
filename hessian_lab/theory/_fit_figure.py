"""The figure of several fits to one table: data and curves, and the residuals that tell them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from ._compare_figure import STYLES
from ._model_choice import predictions

if TYPE_CHECKING:
    from ._model_choice import ModelChoice

_MARKERS = "osD^vP*"


def fit_figure(choice: ModelChoice) -> Figure:
    """Left: the measured values and every fit. Right: one panel of residuals a theory, best first.

    Residuals are in standard errors where the table has errors; else the logarithm of theory over measurement.
    """
    rows = max(1, len(choice.fits))
    figure = Figure(figsize=(10.0, max(4.4, 1.15 * rows + 1)), layout="constrained")
    grid = figure.add_gridspec(rows, 2, width_ratios=(1.15, 1))
    main = figure.add_subplot(grid[:, 0])
    table = choice.table
    symbol = "C" if table.observable == "heat_capacity" else r"\kappa"
    main.errorbar(table.temperature, table.value, table.error, fmt="ko", ms=3.5, lw=0.8, label="measured", zorder=3)
    dense = np.geomspace(table.temperature.min(), table.temperature.max(), 120)
    weights = choice.weights
    kind = "(theory - data)/error" if table.error is not None else "ln(theory/data)"
    panel = None
    for row, (name, fit) in enumerate(choice.fits.items()):
        colour, line = STYLES.get(name, ("#444444", ":"))
        # Back from the theory's amount of glass to the table's.
        scale = float(table.value[0] / fit.table.value[0])
        text = f"{name}: " + r"$\chi^2$/dof = " + f"{fit.chi_squared_per_degree:.3g}, weight {weights[name]:.2g}"
        if table.error is None:
            text = f"{name}: rms of ln {np.sqrt(np.mean(fit.residuals**2)):.3g}, weight {weights[name]:.2g}"
        main.plot(dense, scale * predictions(fit, dense), color=colour, ls=line, label=text)
        panel = figure.add_subplot(grid[row, 1], sharex=panel)
        panel.axhline(0.0, color="#777777", lw=0.8)
        panel.plot(table.temperature, fit.residuals, _MARKERS[row % len(_MARKERS)], color=colour, ms=3.5)
        panel.set_title(name, fontsize=8, loc="left", pad=2)
        if row == 0:
            panel.set_title(f"residuals {kind}", fontsize=8, loc="right", pad=2)
        panel.tick_params(labelsize=7, labelbottom=row == rows - 1)
    main.set(xscale="log", yscale="log", xlabel="temperature $T$  [K]")
    main.set_ylabel(f"{table.observable.replace('_', ' ')} ${symbol}$  [{table.unit}]")
    main.legend(frameon=False, fontsize=7.5)
    if panel is not None:
        panel.set(xscale="log", xlabel="temperature $T$  [K]")
    remarks = [choice.verdict] if choice.verdict else []
    if choice.failed:
        remarks.append("not fitted: " + ", ".join(choice.failed))
    if remarks:
        figure.supxlabel("\n".join(remarks), fontsize=8, color="#555555")
    return figure
