"""From simulated glasses to the theories: moduli against energies, stresses against the virial, fits against laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import hessian, interacting_pairs
from hessian_lab.modes import elasticity_of, strain_response
from hessian_lab.potentials import Potential, PotentialSettings
from hessian_lab.statistics import Spectra
from hessian_lab.systems import Configuration
from hessian_lab.theory.bridge import (
    StressPrediction,
    density_figure,
    elasticity_figure,
    elasticity_record,
    fit_stress_prediction,
    from_campaign,
    heterogeneous_elasticity,
    inputs_record,
    local_disorder,
    measure,
)
from hessian_lab.theory.heterogeneous_elasticity import HeterogeneousElasticity
from hessian_lab.theory.mosaic import predict_from_quench, relaxation_time_at_freezing


@pytest.fixture(scope="module")
def potential(glass_group):
    return Potential(PotentialSettings.model_validate(glass_group.treatment["potential"]))


def _configuration(group, index, shift=0.0):
    return Configuration.create(
        group["positions"][index] + shift,
        group["cell"][index],
        diameters=group["diameters"][index],
        species=group["species"][index],
        masses=group["masses"][index],
    )


@pytest.fixture(scope="module")
def response(glass_group, potential):
    return strain_response(hessian(potential, _configuration(glass_group, 0)))


@pytest.fixture(scope="module")
def inputs(glass_group):
    return measure(glass_group, cells_per_edge=(1, 2))


def test_moduli_are_those_of_the_records(glass_group, response):
    """Both routes to one number: the campaign's spectrum, and the linear response here."""
    assert np.diag(response.relaxed)[response.shears] == pytest.approx(glass_group["shear_moduli"][0], rel=1e-8)
    found = elasticity_of(response).relaxed.shear_modulus
    assert found == pytest.approx(glass_group["shear_modulus"][0], rel=1e-8)


def test_stresses_obey_the_virial(glass_group, potential, inputs):
    """In a repulsive glass all r phi' have one sign: the sum of sigma is 3 N P."""
    pairs = interacting_pairs(potential, _configuration(glass_group, 0))
    assert np.sum(2 * np.abs(pairs.slope) * pairs.squared_distance) == pytest.approx(
        3 * glass_group["pressure"][0] * pairs.configuration.volume, rel=1e-12
    )
    density = inputs.stresses.density
    mean = np.sum(density.density * np.diff(density.edges) * (density.edges[1:] + density.edges[:-1]) / 2)
    count = density.total / inputs.spectra.glasses
    # Bins of a tenth of a decade: centres are off by at most a few per cent of the mean.
    assert mean * count / 70 == pytest.approx(3 * glass_group["pressure"][glass_group.minima].mean(), rel=0.02)


def test_white_noise_has_one_disorder_at_every_length(rng):
    """Independent moduli of unit cells, averaged in larger ones: gamma is their relative variance, whatever w."""
    moduli = 5 + rng.normal(size=(60, 6, 6, 6))
    wavenumber = float((6 * np.pi**2) ** (1 / 3))
    averaged = [
        moduli.reshape(60, k, 6 // k, k, 6 // k, k, 6 // k).mean(axis=(2, 4, 6)).reshape(60, -1) for k in (2, 3, 6)
    ]
    found = local_disorder(averaged, (2, 3, 6), volume=216.0, debye_wavenumber=wavenumber)
    for entry, error in zip(found.disorder, found.error, strict=True):
        assert abs(entry.vector - 1 / 25) < 4 * error
    # Variance of a variance of n normal numbers: 2/n.
    assert found.error == pytest.approx(np.sqrt(2 / (60 * np.array([8, 27, 216]))) / 25, rel=0.5)
    with pytest.raises(InputError, match="at least 3 glasses"):
        local_disorder([moduli[:2].reshape(2, -1)], (6,), volume=216.0, debye_wavenumber=wavenumber)


def test_numbers_have_their_errors_over_glasses(glass_group, inputs):
    moduli = glass_group["shear_modulus"][glass_group.minima]
    assert inputs["shear_modulus"].value == pytest.approx(moduli.mean(), rel=1e-8)
    assert inputs["shear_modulus"].error == pytest.approx(moduli.std(ddof=1) / np.sqrt(moduli.size), rel=1e-8)
    speed = inputs["transverse_speed"]
    assert speed.value == pytest.approx(np.sqrt(moduli.mean() / glass_group.mass_density), rel=1e-8)
    # To first order the speed has half the modulus' relative error.
    assert speed.error / speed.value == pytest.approx(0.5 * inputs["shear_modulus"].error / moduli.mean(), rel=0.1)
    assert inputs["longitudinal_speed"].value > np.sqrt(4 / 3) * speed.value
    assert inputs["number_density"].error == 0
    assert {entry.glasses for entry in inputs.numbers} == {moduli.size}


def _synthetic(inputs, rng, share, amplitude, glasses=400):
    """Spectra drawn from the theory itself below omega_T1, and an upper band that makes 207 modes."""
    prediction = StressPrediction.of(inputs)
    top = inputs["first_transverse_frequency"].value
    grid = np.linspace(1e-3, top, 4000)
    density = share * prediction.direct(grid) + amplitude * prediction.indirect(grid)
    cumulative = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid))])
    lists = []
    for _ in range(glasses):
        low = np.interp(rng.random(rng.poisson(207 * cumulative[-1])) * cumulative[-1], cumulative, grid)
        lists.append(np.concatenate([low, rng.uniform(1.01 * top, 5 * top, 207 - low.size)]))
    return replace(inputs, spectra=Spectra.from_lists(lists))


def test_the_fit_recovers_what_made_the_spectrum(inputs, rng):
    share, amplitude = 0.02, 2e-3
    made = _synthetic(inputs, rng, share, amplitude)
    fit = fit_stress_prediction(StressPrediction.of(made))
    assert abs(fit.defects_per_particle - share) < 4 * fit.defects_error < share
    assert abs(fit.amplitude - amplitude) < 4 * fit.amplitude_error < amplitude
    assert fit.chi_squared < 6 + 4 * np.sqrt(12)
    # All but the first of the modes below the window's end.
    end = fit.edges[-1]
    assert fit.modes == np.sum(made.spectra.omega < end) - 1
    # From a zeta five times off, the search comes back.
    wrong = StressPrediction.of(made, zeta=5 * fit.prediction.zeta)
    found = fit_stress_prediction(wrong, fit_zeta=True, resamples=40)
    assert found.zeta_fitted
    assert abs(np.log(found.prediction.zeta / fit.prediction.zeta)) < 4 * found.zeta_factor_error + 0.12
    assert found.chi_squared < fit_stress_prediction(wrong, resamples=10).chi_squared


def test_too_few_modes_are_refused(inputs):
    with pytest.raises(InputError, match="only 0 modes lie below"):
        fit_stress_prediction(StressPrediction.of(inputs), window=1e-6)


def test_the_figure_marks_the_first_wave(inputs, rng):
    fit = fit_stress_prediction(StressPrediction.of(_synthetic(inputs, rng, 0.02, 2e-3, 60)), resamples=10)
    density, stresses = density_figure(fit).axes
    first = inputs["first_transverse_frequency"].value
    assert any(np.allclose(line.get_xdata(), first) for line in density.lines)
    texts = [entry.get_text() for entry in density.get_legend().get_texts()]
    assert any("omega_{T1}" in text and r"\pm" in text for text in texts)
    assert "fixed: " in density.get_title()
    assert r"\gamma" in density.get_title()
    assert f"{fit.modes} modes" in density.get_title()
    assert stresses.get_ylabel().startswith(r"$P(\sigma)$")
    left, right = elasticity_figure(inputs).axes
    assert left.get_ylabel() == r"$g(\omega)\,\omega_D^3/(3\omega^2)$"
    assert right.get_xlabel() == "edge of the cells $w$  [length]"


def test_each_theory_gets_its_inputs(glass_run, glass_group, inputs):
    stress = from_campaign(glass_run, "internal-stress", gamma=2.0)
    assert (stress.gamma, stress.zeta) == (2.0, pytest.approx(0.25, rel=1e-12))
    assert stress.modes.shear_modulus == inputs["shear_modulus"].value
    halves = tuple(replace(entry, vector=0.5 * entry.vector) for entry in inputs.disorder.disorder)
    weaker = replace(inputs, disorder=replace(inputs.disorder, disorder=halves))
    glass = heterogeneous_elasticity(weaker, 1)
    assert isinstance(glass, HeterogeneousElasticity)
    assert glass.gamma == pytest.approx(inputs.disorder.disorder[1].vector / 2, rel=1e-12)
    assert glass.omega_debye == pytest.approx(inputs["debye_frequency"].value, rel=1e-10)
    (row,) = elasticity_record(weaker)
    assert row["softening_measured"] == pytest.approx(inputs["shear_modulus"].value / inputs.disorder.disorder[1].mean)
    assert row["softening_computed"] == pytest.approx(glass.stiffness, rel=1e-12)
    assert inputs_record(inputs)["stresses"]["expected"] == -0.5
    given = from_campaign(glass_group, "mosaic", relaxation_time=1e6, microscopic_time=1.0)
    assert given == predict_from_quench(1e6, 1.0, inputs["debye_frequency"].value)


def test_a_cooling_rate_makes_a_quench_time(glass_group, inputs):
    cooled = replace(glass_group, ensemble=glass_group.ensemble | {"preparation": {"kind": "cooling", "rate": 1e-4}})
    found = from_campaign(cooled, "mosaic", microscopic_time=0.1, glass_transition=0.1, fragility_index=30.0)
    time = relaxation_time_at_freezing(1e-4, 0.1, 30.0)
    assert found == predict_from_quench(time, 0.1, inputs["debye_frequency"].value)
    with pytest.raises(InputError, match=r"cooled at 0\.0001 energy/time; give glass_transition"):
        from_campaign(cooled, "mosaic", microscopic_time=0.1)


def test_what_was_not_measured_is_said(glass_run, glass_group):
    for name, said in (
        ("tunnelling", "no pairs that tunnel"),
        ("spin-glass", "on-site potential"),
        ("x", "must be one of"),
    ):
        with pytest.raises(InputError, match=said):
            from_campaign(glass_group, name)
    with pytest.raises(InputError, match=r"hold no cooling rate \(preparation 'random'"):
        from_campaign(glass_group, "mosaic", microscopic_time=1.0)
    with pytest.raises(InputError, match="needs microscopic_time"):
        from_campaign(glass_group, "mosaic", relaxation_time=1.0)
    with pytest.raises(InputError, match="takes no setting colour"):
        from_campaign(glass_group, "internal-stress", colour=1.0)
    with pytest.raises(InputError, match="must be from 1 to 1, but got 3; there are 1: polydisperse 3D"):
        from_campaign(glass_run, "internal-stress", group=3)
    flat = replace(glass_group, ensemble=glass_group.ensemble | {"dimension": 2})
    with pytest.raises(InputError, match="three-dimensional, but the group is polydisperse 2D"):
        from_campaign(flat, "internal-stress")
    bare = replace(glass_group, columns={k: v for k, v in glass_group.columns.items() if k != "positions"})
    with pytest.raises(InputError, match="published results keep frequencies only"):
        measure(bare)
    with pytest.raises(InputError, match="at least 3 minima"):
        measure(glass_group, glasses=2)


def test_disorder_beyond_stability_is_said(glass_group):
    """The whole box taken as one cell: its modulus varies from glass to glass far more than the theory allows."""
    with pytest.raises(InputError, match=r"w = 4\.12 is gamma = .* beyond, the glass is unstable"):
        from_campaign(glass_group, "heterogeneous-elasticity", cells_per_edge=1)
    (row,) = elasticity_record(measure(glass_group, cells_per_edge=(2,)))
    assert "beyond, the glass is unstable" in row["reason"]
