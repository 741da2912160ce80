"""The campaign file, and what makes a parent the same parent."""

from __future__ import annotations

import numpy as np
import pytest

from hessian_lab import InputError
from hessian_lab.campaign import Campaign, Wanted, load_campaign, make_parent
from hessian_lab.campaign._analysis import analyse_on_host
from hessian_lab.campaign._device_analysis import analyse_on_device
from hessian_lab.modes import first_transverse_frequency
from hessian_lab.quench import Fire, quench
from hessian_lab.systems import random_configuration

BASE = {"model": "polydisperse", "particles": 70, "glasses": 3, "tapers": ["polynomial:2", "polynomial:3"]}


def campaign(**change):
    return Campaign.model_validate({"name": "c", "seed": 5, "ensembles": [BASE | change]})


def write(tmp_path, text):
    path = tmp_path / "c.toml"
    path.write_text(text)
    return path


def test_short_form_and_table_are_one_taper():
    """`local:3` and its table parse to the same object, so to the same treatment."""
    short = campaign(particles=200, cutoff=1.75, tapers=["local:3"])
    table = campaign(particles=200, cutoff=1.75, tapers=[{"kind": "local", "m": 3}])
    assert short == table
    assert short.identity == table.identity


def test_parents_do_not_depend_on_tapers_number_or_order():
    """The identity of a parent is its physics and index: other tapers, more glasses, another quench change nothing."""
    one = campaign().ensembles[0]
    other = campaign(tapers=["polynomial:1"], glasses=99, tolerance=1e-8).ensembles[0]
    assert one.physics(5) == other.physics(5)
    parents = [make_parent(e.models()[0], e.physics(5), 2) for e in (one, other)]
    np.testing.assert_array_equal(parents[0].positions, parents[1].positions)
    np.testing.assert_array_equal(parents[0].diameters, parents[1].diameters)


@pytest.mark.parametrize("change", [{"particles": 71}, {"density": 0.95}, {"dimension": 2}])
def test_other_physics_gives_other_parents(change):
    """N, density and dimension belong to the identity, and so does the seed."""
    one, other = campaign().ensembles[0], campaign(**change).ensembles[0]
    assert one.physics(5) != other.physics(5)
    assert one.physics(5) != one.physics(6)


def test_parents_of_infinite_temperature_are_uniform():
    """Pooled reduced coordinates of 200 parents: Kolmogorov-Smirnov against the uniform law."""
    from scipy.stats import kstest

    ensemble = campaign().ensembles[0]
    model, physics = ensemble.models()[0], ensemble.physics(5)
    parents = [make_parent(model, physics, index) for index in range(200)]
    pooled = np.concatenate([(p.positions / p.cell[0, 0]).ravel() for p in parents])
    assert kstest(pooled, "uniform").pvalue > 1e-3
    assert not np.array_equal(parents[0].positions, parents[1].positions)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "x"\n', "ensembles"),
        ('name = "x"\nensembles = []\n', "ensembles"),
        ('name = "x"\n[[ensembles]]\nmodel = "water"\nparticles = 70\nglasses = 1\n', "kob-andersen"),
        ('name = "x"\n[[ensembles]]\nmodel = "polydisperse"\nparticles = 70\nglasses = 0\n', "glasses"),
        (
            'name = "x"\n[[ensembles]]\nmodel = "polydisperse"\nparticles = 70\nglasses = 1\n'
            'tapers = ["polynomial:0"]\n',
            "force jump",
        ),
        (
            'name = "x"\n[[ensembles]]\nmodel = "contact"\nparticles = 70\nglasses = 1\ntapers = ["polynomial:2"]\n',
            "allowed with it: none",
        ),
        (
            'name = "x"\n[[ensembles]]\nmodel = "polydisperse"\nparticles = 200\nglasses = 1\ncutoff = 1.3\n'
            'tapers = ["local:inf:1.2"]\n',
            "phi''",
        ),
        (
            'name = "x"\n[[ensembles]]\nmodel = "polydisperse"\nparticles = 70\nglasses = 1\n'
            'tapers = ["polynomial:2", "polynomial:2"]\n',
            "twice",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_its_remedy(tmp_path, text, said):
    """Before any glass is made, by name."""
    with pytest.raises(InputError, match=said):
        load_campaign(write(tmp_path, text))


def refusal(tmp_path, change, ensemble='model = "polydisperse"\nparticles = 70\nglasses = 1\n'):
    """The lines of the error that a campaign file with this change gives, without the first."""
    with pytest.raises(InputError) as caught:
        load_campaign(write(tmp_path, f'name = "x"\n[[ensembles]]\n{ensemble}{change}\n'))
    return str(caught.value).splitlines()[1:]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("parental_temperature = -0.3", "ensembles.0.parental_temperature.0 = -0.3: must be 'inf' or a number >= 0"),
        ('parental_temperature = "cold"', "ensembles.0.parental_temperature.0 = 'cold': must be 'inf' or a number"),
        ("tapers = [3]", "ensembles.0.tapers.0 = 3: must be a table"),
        ('tapers = [{ kind = "local", m = 1.5 }]', "ensembles.0.tapers.0.local.m = 1.5: "),
        ("methods = []", "ensembles.0.methods = []: needs at least 1 of them"),
        ("cutoff = -1", "ensembles.0.cutoff = -1: must be a number > 0"),
        ('core = { kind = "power" }', "ensembles.0: model polydisperse is not valid:"),
        (
            'methods = ["newton"]',
            "ensembles.0.methods.0.kind = 'newton': must be one of fire, steepest-descent, conjugate-gradient, lbfgs, "
            "jax-md-fire",
        ),
        (
            "preparation = { schedule = { start = 1 } }",
            "ensembles.0.preparation.kind: missing; it must be one of random, md, swap, hybrid, cooling, "
            "joint-minimisation",
        ),
    ],
)
def test_one_fault_is_one_line(tmp_path, change, line):
    """Its key, its value and what is allowed; nothing about the lists it stands in, and no ensemble repeated."""
    first, *others = refusal(tmp_path, change)
    assert first.strip().startswith(line)
    assert not [other for other in others if not other.startswith("    ")], "a second fault is invented"
    assert "{'model'" not in first


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ('tapres = "local:3"', "ensembles.0.tapres: unknown key; did you mean tapers? Allowed are tapers, model, dim"),
        ("zzz = 1", "ensembles.0.zzz: unknown key; allowed are model, dimension, particles, glasses, "),
        (
            'tapers = [{ kind = "local", n = 3 }]',
            "ensembles.0.tapers.0.local.n: unknown key; allowed are kind, m, onset",
        ),
        (
            'preparation = { kind = "swap", sweepz = 3 }',
            "ensembles.0.preparation.swap.sweepz: unknown key; did you mean sweeps? Allowed are sweeps, kind, moves, ",
        ),
        (
            'preparation = { kind = "md", schedule = { kind = "constant", zzz = 3 } }',
            "ensembles.0.preparation.md.schedule.constant.zzz: unknown key; allowed are ",
        ),
        (
            'methods = [{ kind = "fire", largest_stp = 1 }]',
            "ensembles.0.methods.0.fire.largest_stp: unknown key; did yo",
        ),
    ],
)
def test_an_unknown_key_is_answered_with_those_that_there_are(tmp_path, change, line):
    """Of the table it stands in, the closest spelling first."""
    assert refusal(tmp_path, change)[0].strip().startswith(line)


def test_long_values_are_not_repeated(tmp_path):
    """Their path names them; and two faults are two lines."""
    lines = refusal(tmp_path, f'dimension = "{61 * "x"}"\ncutoff = -1')
    assert [line.split(":")[0].strip() for line in lines] == ["ensembles.0.dimension", "ensembles.0.cutoff = -1"]


def test_device_and_host_analyses_agree():
    """Batched and single diagonalisation of the same minima: modes, moduli and stress to rounding."""
    model = campaign().ensembles[0].models()[0]
    potential = model.build()
    starts = [random_configuration(model, 70, np.random.default_rng(k)) for k in range(3)]
    samples = [result.configuration for result in quench(potential, Fire(), starts)]
    batch = analyse_on_device(potential, samples, Wanted(2), "abcd", width=4)
    for sample, seen in zip(samples, batch, strict=True):
        known = analyse_on_host(potential, sample, Wanted(2))
        assert seen.known_up_to == known.known_up_to == np.inf
        scale = known.eigenvalues.max()
        np.testing.assert_allclose(seen.eigenvalues, known.eigenvalues, atol=1e-12 * scale)
        np.testing.assert_allclose(seen.relaxed, known.relaxed, rtol=1e-8)
        np.testing.assert_allclose(seen.born, known.born, rtol=1e-12)
        np.testing.assert_allclose(seen.stress, known.stress, atol=1e-12)
        np.testing.assert_allclose(seen.participation[3:], known.participation[3:], rtol=1e-6)
        assert (seen.status, seen.rattlers) == (known.status, known.rattlers)
        overlap = np.abs(np.einsum("kia,kia->k", seen.lowest[1:], known.lowest[1:]))
        np.testing.assert_allclose(overlap, 1, atol=1e-6)


@pytest.mark.parametrize("route", ["host", "device"])
def test_low_modes_are_those_of_the_whole_spectrum(route):
    """Below 1.4 omega_T1 nothing is missing and nothing differs; moduli come from the linear response."""
    model = campaign().ensembles[0].models()[0]
    potential = model.build()
    starts = [random_configuration(model, 256, np.random.default_rng(k)) for k in range(3)]
    samples = [result.configuration for result in quench(potential, Fire(), starts)]
    if route == "host":
        low = [analyse_on_host(potential, sample, Wanted(2, "low")) for sample in samples]
    else:
        low = analyse_on_device(potential, samples, Wanted(2, "low"), "abc", width=3)
    for sample, seen in zip(samples, low, strict=True):
        known = analyse_on_host(potential, sample, Wanted(2))
        taken = seen.eigenvalues.size
        assert 40 < taken < 250
        np.testing.assert_allclose(seen.eigenvalues, known.eigenvalues[:taken], atol=1e-12 * known.largest)
        assert known.omega[taken - 1] < seen.known_up_to <= known.omega[taken] * (1 + 1e-9)
        omega_t1 = first_transverse_frequency(known.relaxed.mean(), 256 / sample.volume, sample.volume, 3)
        assert seen.known_up_to > 1.2 * omega_t1
        np.testing.assert_allclose(seen.relaxed, known.relaxed, rtol=1e-8)
        np.testing.assert_allclose(seen.born, known.born, rtol=1e-12)
        np.testing.assert_allclose(seen.participation[3:], known.participation[3:taken], rtol=1e-5)
        assert (seen.status, seen.rattlers) == (known.status, known.rattlers)
        overlap = np.abs(np.einsum("kia,kia->k", seen.lowest[1:], known.lowest[1:]))
        np.testing.assert_allclose(overlap, 1, atol=1e-6)


def test_a_saddle_wants_the_whole_spectrum():
    """With `low` a configuration that is no minimum is diagonalised in full: its negative modes are counted."""
    model = campaign().ensembles[0].models()[0]
    sample = random_configuration(model, 70, np.random.default_rng(0))
    low, full = (analyse_on_host(model.build(), sample, Wanted(1, modes)) for modes in ("low", "all"))
    assert low.negative_modes == full.negative_modes > 0
    assert low.known_up_to == np.inf


def test_a_saddle_is_left_and_counted(monkeypatch):
    """A quench that ends on a saddle is kicked along its lowest mode, quenched again, and the visit is counted."""
    from hessian_lab import Status
    from hessian_lab.campaign import _glasses, make_glasses

    ensemble = campaign(glasses=2).ensembles[0]
    physics, treatment = ensemble.physics(5), ensemble.treatments()[0]
    honest, calls = _glasses.analyse, []

    def first_is_a_saddle(*words, **options):
        import dataclasses

        found = honest(*words, **options)
        if not calls:
            found[0] = dataclasses.replace(found[0], status=Status.SADDLE)
        calls.append(len(found))
        return found

    monkeypatch.setattr(_glasses, "analyse", first_is_a_saddle)
    columns = make_glasses(ensemble.models()[0], physics, treatment, np.arange(2))
    assert calls == [2, 1]
    np.testing.assert_array_equal(columns["saddle_visits"], [1, 0])
    np.testing.assert_array_equal(columns["status"], [1, 1])
