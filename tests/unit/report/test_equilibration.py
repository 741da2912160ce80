"""The figure of parents against temperature shows what is not at equilibrium, and errors that are large enough."""

import numpy as np
import pytest

from hessian_lab import InputError
from hessian_lab.report import equilibration_figure
from hessian_lab.report._figures._equilibration import draw


def row(temperature, energies, *, settled=True, decayed=True):
    evidence = [
        {
            "energy": energy,
            "energy_error": 0.5,
            "overlap_time": 100.0,
            "overlap_decayed": decayed,
            "equilibrated": settled,
        }
        for energy in energies
    ]
    inherent = [energy - 3 * temperature for energy in energies]
    return {
        "route": "md",
        "temperature": temperature,
        "particles": 10,
        "evidence": evidence,
        "inherent_energies": inherent,
    }


ROWS = [row(2.0, [5.0, 5.0, 5.0, 5.0]), row(1.0, [1.0, 3.0, 1.0, 3.0], settled=False, decayed=False)]


def markers(axes):
    """(x, y, filled) of every marker with an error bar."""
    return sorted(
        (float(x), float(y), bars.lines[0].get_markerfacecolor() != "white")
        for bars in axes.containers
        for x, y in zip(*bars.lines[0].get_data(), strict=True)
    )


def test_points_open_and_filled_and_the_harmonic_energy_taken_off():
    liquid, excess, inherent, times = draw(ROWS).figure.axes
    assert markers(liquid) == [(1.0, 2.0, False), (2.0, 5.0, True)]
    assert markers(excess) == [(1.0, 0.5, False), (2.0, 2.0, True)]
    assert markers(inherent) == [(1.0, -1.0, False), (2.0, -1.0, True)]
    assert markers(times) == [(1.0, 100.0, False), (2.0, 100.0, True)]
    # The one arrow stands on the sample whose overlap has not decayed.
    assert [note.xy for note in times.texts] == [(1.0, 100.0)]


def test_errors_are_the_larger_of_scatter_and_time_averages():
    """Four equal samples with errors of 0.5 each: 0.25; samples 1, 3, 1, 3: sqrt(4/3)/2."""
    liquid = draw(ROWS).figure.axes[0]
    half = {}
    for bars in liquid.containers:
        (segments,) = (collection.get_segments() for collection in bars.lines[2])
        half |= {float(s[0, 0]): float(s[1, 1] - s[0, 1]) / 2 for s in segments}
    assert half[2.0] == pytest.approx(0.25)
    assert half[1.0] == pytest.approx(np.sqrt(4 / 3) / 2)


def test_no_rows_are_refused():
    with pytest.raises(InputError, match="rows"):
        equilibration_figure([])
