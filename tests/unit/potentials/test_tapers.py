"""Tapers: how many derivatives end with the potential, what happens at onsets and joins, and whether the force stays
monotone.

The sharp form of "of order m at x_c": derivatives 0..m vanish to rounding, the (m+1)-th is a sizeable part of the
core's own. Derivatives are with respect to r, from one propagation of Taylor series through the law itself.
"""

from math import comb, factorial

import numpy as np
import pytest
from reference import core_derivatives, taylor_derivatives

from hessian_lab._core.errors import InputError
from hessian_lab.potentials import (
    ALLOWED_TAPERS,
    LocalTaper,
    Potential,
    PotentialSettings,
    StoddardFord,
    named_model,
    parse_taper,
)

CORES = {
    "inverse-power": ({"kind": "inverse-power", "n": 12}, {"kind": "inverse-power", "n": 10}),
    "lennard-jones": ({"kind": "lennard-jones"},),
}
CUTOFFS = {"inverse-power": 1.75, "lennard-jones": 2.5}
ORDERS = {
    "polynomial": (0, 1, 2, 3, 4, 5, 7),
    "local": (1, 2, 3, 4, 5, 7),
    "force-shift": (1,),
    "stoddard-ford": (1,),
    "none": (-1,),
}


def potential_of(core, taper, cutoff):
    return Potential(
        PotentialSettings.model_validate(
            {"core": core, "taper": taper, "cutoff": cutoff, "mixing": {"kind": "additive"}}
        )
    )


def finite_order_cases():
    for kind, tapers in ALLOWED_TAPERS.items():
        if kind == "contact":
            continue
        for taper in tapers:
            if taper == "grigera-parisi":
                continue
            for order in ORDERS[taper]:
                short = f"{taper}:{order}" if taper in ("polynomial", "local") else taper
                # The exponent matters little: the second core of a kind is tested at one order of each family.
                for core in CORES[kind] if order in (-1, 3) else CORES[kind][:1]:
                    yield pytest.param(core, short, order, id=f"{kind}{core.get('n', '')}-{short}")


def derivatives_at(potential, r, order, sigma=1.0, epsilon=1.0):
    return taylor_derivatives(lambda x: potential.law.energy(x * x, sigma, epsilon), r, order)


def test_every_allowed_taper_is_tested_for_its_order():
    """A new taper must come with an entry here."""
    named = {taper for tapers in ALLOWED_TAPERS.values() for taper in tapers}
    assert named == set(ORDERS) | {"grigera-parisi"}


@pytest.mark.parametrize(("core", "taper", "order"), [*finite_order_cases()])
def test_exactly_m_derivatives_end_at_the_cutoff(core, taper, order):
    """Just inside x_c = sigma x_c (sigma = 1.3, epsilon = 0.7), and nothing beyond it."""
    potential = potential_of(core, taper, CUTOFFS[core["kind"]])
    assert potential.order == order
    sigma, epsilon = 1.3, 0.7
    cutoff = CUTOFFS[core["kind"]]
    inside = cutoff * (1 - 1e-13)
    found = derivatives_at(potential, sigma * inside, order + 2, sigma, epsilon)[: order + 2]
    powers = sigma ** np.arange(order + 2)
    # In reduced units, against the core: what the taper has to cancel.
    relative = found * powers / epsilon / np.abs(core_derivatives(core, inside, order + 2))[: order + 2]
    if "local" in taper:
        # The step multiplies the core: S^(k) itself sets the scale, (1/window)^k u.
        window = 0.2 * cutoff
        relative = found * powers / epsilon * window ** np.arange(order + 2)
        relative /= abs(core_derivatives(core, inside, 1)[0]) * factorial(order + 1)
    assert np.abs(relative[: order + 1]).max(initial=0) < 1e-10
    assert abs(relative[order + 1]) > 0.05
    assert potential.reach(sigma) == pytest.approx(sigma * cutoff, rel=1e-15)
    beyond = derivatives_at(potential, sigma * cutoff * (1 + 1e-13), max(order + 1, 1), sigma, epsilon)
    assert not beyond.any()


@pytest.mark.parametrize("m", ORDERS["local"])
def test_the_leading_term_of_the_local_taper(m):
    """S ~ sum_j C(m+j, j) (1-t)^(m+1), so phi^(m+1) = (-1)^(m+1) (m+1)! sum_j C(m+j, j) u(x_c) / window^(m+1)."""
    potential = potential_of({"kind": "inverse-power", "n": 12}, f"local:{m}", 1.75)
    leading = sum(comb(m + j, j) for j in range(4)) * 1.75**-12 * factorial(m + 1) * (-1 / 0.35) ** (m + 1)
    assert derivatives_at(potential, 1.75 * (1 - 1e-14), m + 1)[-1] == pytest.approx(leading, rel=1e-9)


@pytest.mark.parametrize("core", [*CORES["inverse-power"], *CORES["lennard-jones"]])
def test_m_infinite_ends_faster_than_every_power(core):
    """All derivatives 0..8 are far below delta^20 at a distance delta from the cutoff, and smooth at the onset too."""
    cutoff = CUTOFFS[core["kind"]]
    potential = potential_of(core, "local:inf", cutoff)
    onset = 0.8 * cutoff
    assert potential.order == np.inf
    for t in (0.98, 0.99, 0.995, 0.998, 1 - 1e-5, 1 - 1e-13):
        # S ~ exp(-1/delta); each derivative brings at most a factor 1/(delta^2 window).
        delta = max(1 - t, 1e-3)
        bound = 8 * np.exp(-1 / delta) * (delta**2 * 0.2 * cutoff) ** -8 + 1e-300
        near_end = derivatives_at(potential, onset + t * (cutoff - onset), 8)
        assert np.abs(near_end).max() < bound
        x = onset + (1 - t) * (cutoff - onset)
        own = core_derivatives(core, x, 8)
        assert np.abs(derivatives_at(potential, x, 8) - own).max() < bound + 1e-11 * np.abs(own).max()
    # The bound itself falls below every power in use: 1e-20 at delta = 0.01, 1e-50 at 0.005.
    assert np.abs(derivatives_at(potential, onset + 0.99 * (cutoff - onset), 8)).max() < 1e-10
    assert np.abs(derivatives_at(potential, onset + 0.995 * (cutoff - onset), 8)).max() < 1e-45
    assert not derivatives_at(potential, cutoff * (1 + 1e-14), 8).any()
    # Half the core in the middle of the window: the taper is there at all.
    middle = 0.5 * (onset + cutoff)
    assert derivatives_at(potential, middle, 1)[0] == pytest.approx(
        0.5 * core_derivatives(core, middle, 0)[0], rel=1e-12
    )


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("core", [*CORES["inverse-power"], *CORES["lennard-jones"]])
def test_local_tapers_leave_the_core_alone_and_join_it_smoothly(core, m):
    """Exactly the core below the onset; derivatives 0..3 continuous there, the 4th not."""
    cutoff = CUTOFFS[core["kind"]]
    potential = potential_of(core, f"local:{m}", cutoff)
    onset = 0.8 * cutoff
    for x in (0.8, 1.0, 0.99 * onset, onset * (1 - 1e-13)):
        found = derivatives_at(potential, x, 6)
        assert found == pytest.approx(core_derivatives(core, x, 6), rel=1e-12, abs=1e-12)
    after = onset * (1 + 1e-13)
    own = core_derivatives(core, after, 4)
    change = derivatives_at(potential, after, 4) - own
    assert np.abs(change[:4]).max() < 1e-9 * np.abs(own).max()
    # 1 - S = C(m+4, 4) t^4 + ...: a jump of 4! C(m+4, 4) u / window^4.
    jump = -factorial(4) * (comb(m + 4, 4) * own[0]) / (cutoff - onset) ** 4
    assert change[4] == pytest.approx(jump, rel=1e-8)


def test_local_onset_can_be_chosen():
    potential = potential_of({"kind": "inverse-power", "n": 12}, "local:2:1.3", 1.75)
    x = np.array([1.29, 1.31])
    ratio = np.asarray(potential.law.energy(x**2, 1.0, 1.0)) * x**12
    assert ratio[0] == pytest.approx(1, rel=1e-14)
    assert 0 < 1 - ratio[1] < 1e-2
    with pytest.raises(InputError, match=r"onset.*below the cutoff 1\.75.*but got 1\.8"):
        potential_of({"kind": "inverse-power", "n": 12}, "local:2:1.8", 1.75)


@pytest.mark.parametrize("sigma", [0.905365, 0.9959015, 1.086438])
def test_grigera_parisi_at_its_join_and_its_end(sigma):
    """C2 at r_c = sqrt(3) and of order 2 at a = 15 r_c/13; the constant is -5/13 sigma^12 r_c^-12 (printed -0.385)."""
    potential = named_model("binary-r12").build()
    join, end = 3**0.5, 15 / 13 * 3**0.5
    assert potential.order == 2
    assert potential.reach(sigma) == pytest.approx(end, rel=1e-15)
    below, above = (derivatives_at(potential, join * (1 + side * 1e-13), 3, sigma) for side in (-1, 1))
    assert above[:3] == pytest.approx(below[:3], rel=1e-10)
    assert above[3] != pytest.approx(below[3], rel=0.1)
    scale = np.abs(sigma**12 * core_derivatives({"kind": "inverse-power", "n": 12}, end, 3))
    finish = derivatives_at(potential, end * (1 - 1e-13), 3, sigma) / scale
    assert np.abs(finish[:3]).max() < 1e-10
    assert abs(finish[3]) > 0.05
    inner = float(potential.law.energy(1.2**2, sigma, 1.0)) - (sigma / 1.2) ** 12
    assert inner == pytest.approx(-5 / 13 * (sigma / join) ** 12, rel=1e-9)
    b = 26 * sigma**12 * join**-14 / (end - join)
    assert float(potential.law.energy(1.9**2, sigma, 1.0)) == pytest.approx(b * (end - 1.9) ** 3, rel=1e-12)


@pytest.mark.parametrize("alpha", [2.0, 2.5, 3.0])
def test_contact_laws_are_their_own_taper(alpha):
    """(1-x)^alpha near contact: phi = delta^alpha to a relative accuracy of rounding / delta."""
    model = named_model("contact", core={"kind": "contact", "alpha": alpha})
    potential = model.build()
    assert potential.order == alpha - 1
    delta = 2.0**-20
    found = derivatives_at(potential, 1 - delta, 3)
    falling = np.cumprod([1, alpha, alpha - 1, alpha - 2])
    expected = falling * (-1.0) ** np.arange(4) * delta ** (alpha - np.arange(4))
    assert found == pytest.approx(expected, rel=1e-8, abs=1e-8)
    assert not derivatives_at(potential, 1 + 1e-12, 3).any()


@pytest.mark.parametrize(
    ("name", "taper"),
    [
        ("contact", None),
        *((n, m) for n in ("polydisperse", "binary-r10", "binary-r12") for m in (None, 1, 2, 3, 4, 5, "inf")),
    ],
)
def test_repulsive_presets_have_a_monotone_force(name, taper):
    """phi' <= 0 and phi'' >= 0 up to the cutoff, from differences of the sampled force as well."""
    potential = named_model(name, taper=None if taper is None else f"local:{taper}").build()
    for sigma in (0.8, 1.0, 1.4):
        potential.check_convex(sigma)
        reach = float(potential.reach(sigma))
        r = np.linspace(0.6 * sigma, reach, 3001)
        _, slope = potential.law.value_and_slope(r**2, sigma, 1.0)
        force = -2 * r * np.asarray(slope)
        assert force.min() >= 0
        assert np.diff(force).max() <= 1e-14 * force.max()
        assert force[0] > 1.0 - 0.5 * (name == "contact")


@pytest.mark.parametrize(("m", "least"), [(2, -6.5837), (3, -20.606), (4, -39.08), ("inf", -51.44)])
def test_narrow_windows_are_refused(m, least):
    """The window 1.1 to 1.25 of the specification (phi'' of -51 for m = inf); the message says what to do."""
    potential = named_model("polydisperse", taper=f"local:{m}:1.1", cutoff=1.25).build()
    with pytest.raises(InputError, match=r"phi'' as small as -\d.*larger cutoff or an earlier onset") as caught:
        potential.check_convex()
    assert float(str(caught.value).split("as small as ")[1].split()[0]) == pytest.approx(least, rel=1e-2)


def test_the_remedy_that_the_message_names_is_one():
    """m = 7 needs an onset earlier than 0.8 of the cutoff for x^-12: 0.75 serves."""
    with pytest.raises(InputError, match=r"0\.75 of the cutoff serves up to m = 7"):
        named_model("polydisperse", taper="local:7").build().check_convex()
    for m in (1, 2, 3, 4, 5, 7):
        named_model("polydisperse", taper=f"local:{m}:{0.75 * 1.75}").build().check_convex()


def test_attraction_is_not_mistaken_for_a_repulsive_law():
    with pytest.raises(InputError, match="phi''"):
        named_model("kob-andersen").build().check_convex()


@pytest.mark.parametrize(
    "taper", ["local:0", "local:33", "polynomial:-1", "polynomial:2.5", "polynomial", "force-shift:1"]
)
def test_orders_that_do_not_exist_are_refused(taper):
    with pytest.raises(InputError, match="taper"):
        parse_taper(taper)


@pytest.mark.parametrize("m", [0, -1, 0.0, "0", True, 2.5, 33])
def test_a_local_order_is_a_whole_number_from_1(m):
    with pytest.raises(InputError, match="taper"):
        parse_taper({"kind": "local", "m": m})


def test_short_forms_tables_and_objects_are_the_same_taper():
    assert parse_taper("local:inf") == parse_taper({"kind": "local", "m": "inf"}) == LocalTaper(m="inf")
    assert parse_taper({"kind": "local", "m": float("inf")}) == LocalTaper(m="inf")
    assert parse_taper("local:3:1.4") == LocalTaper(m=3, onset=1.4)
    assert parse_taper("stoddard-ford") == StoddardFord()
    for short in ("polynomial:2", "local:inf", "local:3:1.4", "force-shift", "none"):
        assert parse_taper(short).label == short
        assert parse_taper(parse_taper(short).table()) == parse_taper(short)


@pytest.mark.parametrize(
    ("core", "taper"),
    [("contact", "polynomial:2"), ("contact", "local:inf"), ("lennard-jones", "grigera-parisi")],
)
def test_pairs_that_make_no_sense_are_refused_by_name(core, taper):
    name = {"contact": "contact", "lennard-jones": "kob-andersen"}[core]
    with pytest.raises(InputError, match=rf"'{core}' does not go with taper '{taper.split(':')[0]}'; allowed with it"):
        named_model(name, taper=taper, cutoff=1.0)
