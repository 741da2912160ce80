"""The pair law: coefficients of the specification, closed forms, scaling, and safety under differentiation."""

from math import factorial, prod

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from reference import PAIR_ENERGIES, core_derivatives, taylor_derivatives

from hessian_lab._core.errors import InputError
from hessian_lab.potentials import (
    InversePower,
    LennardJones,
    Potential,
    PotentialSettings,
    even_polynomial_coefficients,
    named_model,
    radial_derivatives,
)

# (n, cutoff, c_0, c_2, ...) as printed in the specification.
PRINTED = [
    (12, 1.25, ("-0.481036337152", "0.2638827906662")),
    (12, 1.25, ("-1.924145348608", "2.11106232533", "-0.5910974510924")),
    (12, 1.25, ("-5.772436045824", "9.499780463985", "-5.319877059831", "1.008806316531")),
    (12, 1.25, ("-14.43109011456", "31.66593487995", "-26.59938529916", "10.08806316531", "-1.452681095805")),
    (10, 1.48, ("-0.4164876623442", "0.3169038093074", "-0.06200507591062")),
    (10, 1.48, ("-1.110633766251", "1.26761523723", "-0.4960406072849", "0.06605118264157")),
]


def build(core, taper, cutoff, mixing=None):
    return Potential(
        PotentialSettings.model_validate(
            {"core": core, "taper": taper, "cutoff": cutoff, "mixing": mixing or {"kind": "additive"}}
        )
    )


def double_factorial(n: int) -> int:
    return prod(range(n, 0, -2)) if n > 0 else 1


@pytest.mark.parametrize(("n", "cutoff", "printed"), PRINTED)
def test_coefficients_of_the_specification_to_every_printed_digit(n, cutoff, printed):
    found = even_polynomial_coefficients(InversePower(n=n).build(), cutoff, len(printed) - 1)
    for value, text in zip(found, printed, strict=True):
        last_digit = 10.0 ** -len(text.split(".")[1])
        assert abs(value - float(text)) <= 0.5001 * last_digit


@pytest.mark.parametrize(("n", "m", "cutoff"), [(12, 2, 1.25), (18, 5, 1.4), (10, 7, 1.48), (6, 0, 2.0)])
def test_coefficients_are_the_closed_form_with_double_factorials(n, m, cutoff):
    """c_2l = (-1)^(l+1) / [(2m-2l)!! (2l)!!] (n+2m)!! / [(n-2)!! (n+2l)] x_c^-(n+2l)."""
    expected = [
        (-1) ** (order + 1)
        * double_factorial(n + 2 * m)
        / (
            double_factorial(2 * m - 2 * order)
            * double_factorial(2 * order)
            * double_factorial(n - 2)
            * (n + 2 * order)
        )
        * cutoff ** -(n + 2 * order)
        for order in range(m + 1)
    ]
    assert even_polynomial_coefficients(InversePower(n=n).build(), cutoff, m) == pytest.approx(expected, rel=1e-10)


def test_the_polynomial_of_another_core_solves_its_linear_conditions():
    """Lennard-Jones, m = 3: the coefficients solve d^k/dx^k (core + polynomial) = 0 at x_c for k = 0..3."""
    cutoff, m = 2.5, 3
    powers = 2 * np.arange(m + 1)
    rows = [
        [factorial(p) / factorial(p - k) * cutoff ** (p - k) if p >= k else 0.0 for p in powers] for k in range(m + 1)
    ]
    expected = np.linalg.solve(rows, -core_derivatives({"kind": "lennard-jones"}, cutoff, m))
    assert even_polynomial_coefficients(LennardJones().build(), cutoff, m) == pytest.approx(expected, rel=1e-9)
    with pytest.raises(InputError, match="order must be >= 0"):
        even_polynomial_coefficients(LennardJones().build(), cutoff, -1)


def test_the_law_is_the_core_plus_its_polynomial():
    x = np.linspace(0.7, 1.2499, 40)
    for m in range(5):
        c = even_polynomial_coefficients(InversePower(n=12).build(), 1.25, m)
        expected = x**-12 + sum(c[k] * x ** (2 * k) for k in range(m + 1))
        found = build({"kind": "inverse-power", "n": 12}, f"polynomial:{m}", 1.25).law.energy(x**2, 1.0, 1.0)
        # The explicit sum cancels near the cutoff: it is the one that loses digits.
        assert np.asarray(found) == pytest.approx(expected, rel=1e-12, abs=1e-13 * np.abs(c).max())


@pytest.mark.parametrize("core", [{"kind": "inverse-power", "n": 12}, {"kind": "lennard-jones"}])
def test_stoddard_ford_is_the_even_polynomial_of_order_one(core):
    x = np.linspace(0.8, 2.6, 60)
    one, other = (
        build(core, taper, 2.5).law.derivatives(x**2, 1.0, 1.0) for taper in ("stoddard-ford", "polynomial:1")
    )
    for a, b in zip(one, other, strict=True):
        assert np.asarray(a) == pytest.approx(np.asarray(b), rel=1e-11, abs=1e-14)


def test_force_shift_by_its_definition():
    """phi(r) - phi(r_c) - (r - r_c) phi'(r_c); it differs from Stoddard-Ford, which is linear in r^2."""
    core = {"kind": "lennard-jones"}
    at = core_derivatives(core, 2.5, 1)
    for x in (0.95, 1.5, 2.4):
        own = core_derivatives(core, x, 2)
        expected = own - np.array([at[0] + (x - 2.5) * at[1], at[1], 0.0])
        found = radial_derivatives(build(core, "force-shift", 2.5).law, x, 1.0, 1.0)
        assert np.array(found) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("n", [10, 12, 18, 9, 7.3])
def test_automatic_derivatives_of_inverse_powers(n):
    """phi, phi', phi'' of epsilon (sigma/r)^n + polynomial, for even, odd and broken exponents."""
    m, cutoff, sigma, epsilon = 2, 1.5, 1.17, 0.83
    potential = build({"kind": "inverse-power", "n": n}, f"polynomial:{m}", cutoff)
    r = sigma * np.linspace(0.75, 1.2, 23)
    # Closed form: the remainder's polynomial by the linear conditions, in x.
    powers = 2 * np.arange(m + 1)
    rows = [
        [factorial(p) / factorial(p - k) * cutoff ** (p - k) if p >= k else 0.0 for p in powers] for k in range(m + 1)
    ]
    core = {"kind": "inverse-power", "n": n}
    c = np.linalg.solve(rows, -core_derivatives(core, cutoff, m))
    x = r / sigma
    expected = (
        epsilon * (x**-n + sum(c[k] * x ** (2 * k) for k in range(m + 1))),
        epsilon / sigma * (-n * x ** (-n - 1) + sum(2 * k * c[k] * x ** (2 * k - 1) for k in range(1, m + 1))),
        epsilon
        / sigma**2
        * (n * (n + 1) * x ** (-n - 2) + sum(2 * k * (2 * k - 1) * c[k] * x ** (2 * k - 2) for k in range(1, m + 1))),
    )
    for found, closed in zip(radial_derivatives(potential.law, r, sigma, epsilon), expected, strict=True):
        assert found == pytest.approx(closed, rel=1e-11)


def test_automatic_derivatives_of_lennard_jones():
    """At the minimum 2^(1/6): phi = -epsilon, phi' = 0, phi'' = 72/2^(1/3) epsilon/sigma^2; and elsewhere."""
    law = build({"kind": "lennard-jones"}, "local:3:2.0", 2.5).law
    value, slope, curvature = radial_derivatives(law, 0.88 * 2 ** (1 / 6), 0.88, 0.5)
    assert value == pytest.approx(-0.5, rel=1e-14)
    assert abs(slope) < 1e-13
    assert curvature == pytest.approx(0.5 / 0.88**2 * 72 / 2 ** (1 / 3), rel=1e-13)
    for x in (0.9, 1.05, 1.6):
        found = np.array(radial_derivatives(law, x, 1.0, 1.0))
        assert found == pytest.approx(core_derivatives({"kind": "lennard-jones"}, x, 2), rel=1e-13)


@pytest.mark.parametrize("alpha", [2.0, 2.5])
def test_automatic_derivatives_of_contact_laws(alpha):
    law = build({"kind": "contact", "alpha": alpha}, "none", 1.0).law
    sigma, r = 1.2, np.array([0.5, 0.9, 1.1, 1.199])
    gap = 1 - r / sigma
    value, slope, curvature = radial_derivatives(law, r, sigma, 2.0)
    assert value == pytest.approx(2 * gap**alpha, rel=1e-12)
    assert slope == pytest.approx(-2 * alpha / sigma * gap ** (alpha - 1), rel=1e-12)
    assert curvature == pytest.approx(2 * alpha * (alpha - 1) / sigma**2 * gap ** (alpha - 2), rel=1e-11)
    beyond = radial_derivatives(law, np.array([1.2, 1.2000001, 5.0]), sigma, 2.0)
    assert not np.any(beyond)


@pytest.mark.parametrize("name", list(PAIR_ENERGIES))
def test_presets_are_the_published_functions(name, rng):
    """Energy and force of unlike pairs against closed forms with the published numbers."""
    model = named_model(name)
    potential = model.build()
    diameters, species = model.composition.draw(60, rng)
    i, j = np.triu_indices(60, 1)
    sigma, epsilon = potential.mixing.parameters(diameters, species, i, j)
    r = rng.uniform(0.75, 1.05, i.size) * potential.reach(sigma)

    def published(x):
        return PAIR_ENERGIES[name](x, diameters[i], diameters[j], species[i], species[j])

    value, slope, _ = radial_derivatives(potential.law, r, sigma, epsilon)
    expected, expected_slope = jax.jvp(published, (jnp.asarray(r),), (jnp.ones(r.size),))
    # The printed coefficients have 13 digits and cancel near the cutoff.
    assert value == pytest.approx(np.asarray(expected), rel=1e-9, abs=2e-12)
    assert slope == pytest.approx(np.asarray(expected_slope), rel=1e-9, abs=2e-11)
    assert (value[r > potential.reach(sigma)] == 0).all()
    assert (r > potential.reach(sigma)).any()


@pytest.mark.parametrize("taper", ["polynomial:2", "polynomial:0", "local:2", "local:inf", "force-shift", "none"])
@pytest.mark.parametrize("n", [12, 9])
def test_reverse_mode_is_safe_with_pairs_beyond_the_cutoff_and_at_zero_padding(taper, n):
    """Gradient and Hessian of a sum over pairs, some beyond the reach: finite, and only from the pairs inside."""
    law = build({"kind": "inverse-power", "n": n}, taper, 1.75).law
    r2 = jnp.array([1.1, 1.6**2, 1.75**2 + 1e-9, 9.0, 1e12])
    sigma = jnp.ones(5)

    def total(s):
        return jnp.sum(law.energy(s, sigma, 1.0))

    gradient, curvature = np.asarray(jax.grad(total)(r2)), np.asarray(jax.hessian(total)(r2))
    _, first, second = (np.asarray(entry) for entry in law.derivatives(r2, sigma, 1.0))
    assert gradient == pytest.approx(first, rel=1e-12)
    assert np.diag(curvature) == pytest.approx(second, rel=1e-12)
    assert (gradient[:2] < 0).all()
    assert (curvature[[0, 1], [0, 1]] > 0).all()
    assert not gradient[2:].any()
    assert not (curvature - np.diag(np.diag(curvature))).any()


def test_contact_law_is_safe_under_reverse_mode():
    for alpha in (2.0, 2.5):
        law = build({"kind": "contact", "alpha": alpha}, "none", 1.0).law
        r2 = jnp.array([0.9, 1.0, 1.0 + 1e-12, 4.0, 1e12])
        gradient = np.asarray(jax.grad(lambda s, law=law: jnp.sum(law.energy(s, 1.0, 1.0)))(r2))
        curvature = np.asarray(jax.hessian(lambda s, law=law: jnp.sum(law.energy(s, 1.0, 1.0)))(r2))
        assert np.isfinite(curvature).all()
        assert gradient[0] == pytest.approx(-alpha / 2 * (1 - 0.9**0.5) ** (alpha - 1) / 0.9**0.5, rel=1e-12)
        assert not gradient[1:].any()


def test_lengths_and_energies_scale():
    """phi(r; sigma, epsilon) = epsilon phi(r/sigma; 1, 1), except for the absolute lengths of Grigera and Parisi."""
    for name in ("polydisperse", "binary-r10", "kob-andersen", "contact"):
        law = named_model(name).build().law
        reduced = np.asarray(law.energy(0.95**2, 1.0, 1.0))
        assert np.asarray(law.energy((0.95 * 1.3) ** 2, 1.3, 0.4)) == pytest.approx(0.4 * reduced, rel=1e-13)
    reach = named_model("binary-r12").build().reach
    assert reach(0.9) == pytest.approx(reach(1.1), rel=1e-15)


def test_third_derivatives_pass_through_the_law():
    """The law itself, not only its first two derivatives, is differentiable: phi''' of x^-12 below a local onset."""
    law = build({"kind": "inverse-power", "n": 12}, "local:2", 1.75).law
    found = taylor_derivatives(lambda x: law.energy(x * x, 1.0, 1.0), 1.1, 3)
    assert found[3] == pytest.approx(-12 * 13 * 14 * 1.1**-15, rel=1e-13)


def test_a_jumping_force_is_refused_before_a_quench_is_lost_on_it():
    expected = (
        "argument taper must have order m >= 1 for a quench, but got polynomial:0; minima would sit on the force jump "
        "at the cutoff (use force-shift or polynomial:1)"
    )
    with pytest.raises(InputError) as caught:
        named_model("polydisperse", taper="polynomial:0").build().require_continuous_force()
    assert str(caught.value) == expected
    with pytest.raises(InputError, match="but got none"):
        named_model("kob-andersen", taper="none").build().require_continuous_force()
    for name in PAIR_ENERGIES:
        named_model(name).build().require_continuous_force()


def test_one_compilation_serves_every_law_of_the_same_form():
    """Cutoffs and coefficients are leaves: a taper scan over cutoffs compiles once."""
    traced = []

    @jax.jit
    def energy(law, r2):
        traced.append(1)
        return law.energy(r2, 1.0, 1.0)

    values = [
        float(energy(build({"kind": "inverse-power", "n": 12}, "polynomial:2", cutoff).law, 1.1))
        for cutoff in (1.25, 1.4, 1.75)
    ]
    assert len(set(values)) == 3
    assert len(traced) == 1
