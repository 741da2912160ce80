"""The scalar code of a law is the law: same energies and slopes, for every form that the models and tapers make."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numba import njit

from hessian_lab.potentials import PairLaw, law_parameters, named_model, scalar_law

LAWS = [
    *[("polydisperse", taper, None) for taper in ("polynomial:1", "polynomial:2", "polynomial:3", "force-shift")],
    *[("polydisperse", taper, None) for taper in ("local:1", "local:2", "local:3", "local:inf", "stoddard-ford")],
    ("binary-r12", None, None),
    ("binary-r10", None, None),
    ("kob-andersen", None, None),
    ("kob-andersen", "local:2", None),
    ("contact", None, {"kind": "contact", "alpha": 2.0}),
    ("contact", None, {"kind": "contact", "alpha": 2.5}),
    ("contact", None, {"kind": "contact", "alpha": 2.3}),
]


def function_of(code):
    """The code as a compiled function of r2, sigma, epsilon and the parameters."""
    lines = [
        "def pair(r2, sigma, epsilon, parameters):",
        *(f"    p{k} = parameters[{k}]" for k in range(code.parameters)),
        *(f"    {line}" for line in code.lines),
        f"    return {code.energy}, {code.slope}",
    ]
    scope = {"np": np}
    exec("\n".join(lines), scope)
    return njit(error_model="numpy")(scope["pair"])


@pytest.mark.parametrize(("model", "taper", "core"), LAWS)
def test_code_and_law_agree(model, taper, core):
    """To a few units in the last place of the terms that are added, up to the cutoff."""
    law = named_model(model, taper=taper, core=core).build().law
    code = scalar_law(law)
    pair, parameters = function_of(code), np.asarray(law_parameters(law))
    assert parameters.shape == (code.parameters,)
    for sigma, epsilon in ((1.0, 1.0), (0.8, 0.5), (1.3, 1.5)):
        r = np.linspace(0.7 * sigma, float(law.reach(sigma)) * (1 - 1e-12), 161)
        found = np.array([pair(s, sigma, epsilon, parameters) for s in r**2]).T
        energy, slope = (np.asarray(values) for values in law.value_and_slope(r**2, sigma, epsilon))
        # Tapers subtract a core and a polynomial of this size.
        size = epsilon * (1 + (r / sigma) ** -12.0)
        assert np.all(np.abs(found[0] - energy) <= 2e-14 * size)
        assert np.all(np.abs(found[1] - slope) <= 2e-13 * size / sigma**2)


def test_laws_of_one_form_share_their_code():
    """Only numbers differ between cutoffs; tapers of different orders are different forms."""
    laws = [named_model("polydisperse", cutoff=cutoff).build().law for cutoff in (1.25, 1.4)]
    assert scalar_law(laws[0]) == scalar_law(laws[1])
    assert not np.array_equal(law_parameters(laws[0]), law_parameters(laws[1]))
    assert scalar_law(named_model("polydisperse", taper="polynomial:3").build().law) != scalar_law(laws[0])


def test_an_unknown_operation_is_answered_by_none():
    """A law with an error function has no code: quenches of it use the tables of jax."""

    class Smooth(eqx.Module):
        cutoff: float

        def __call__(self, core, y, sigma2):
            return core(y) * jax.scipy.special.erfc(y)

        def limit(self, sigma2):
            return jnp.square(self.cutoff)

    core = named_model("polydisperse").build().law.core
    assert scalar_law(PairLaw(core, Smooth(1.5))) is None
