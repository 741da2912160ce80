"""Products with a Hessian that is never made agree with the matrix."""

import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab.hessian import Hessian, HessianProduct, _product, hessian
from hessian_lab.potentials import named_model
from hessian_lab.systems import Configuration, random_configuration


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("prestress", [1.0, 0.0, 0.4, "one per pair"])
def test_products_agree_with_the_sparse_matrix(dimension, prestress, rng, monkeypatch):
    """Not at rest, sheared, with unequal masses and one particle that touches nothing."""
    model = named_model("polydisperse", dimension=dimension)
    sample = random_configuration(model, 120, rng)
    positions = np.vstack([sample.positions * 0.8, 0.9 * np.diag(sample.cell)])
    cell = sample.cell.copy()
    cell[1, 0] = 0.2 * cell[0, 0]
    r = Configuration.create(
        positions, cell, diameters=np.append(sample.diameters, 0.1), masses=rng.uniform(0.5, 2, 121)
    )
    pairs = hessian(model.build(), r).pairs
    made = Hessian(pairs, prestress=rng.normal(size=pairs.first.size) if prestress == "one per pair" else prestress)
    product = HessianProduct.of(made)
    assert product.size == made.size
    block = rng.normal(size=(made.size, 3))
    expected = made.sparse() @ block
    scale = np.abs(expected).max()
    assert np.asarray(product(jnp.asarray(block))) == pytest.approx(expected, abs=1e-12 * scale)
    # In slabs of few rows as well.
    monkeypatch.setattr(_product, "ROWS_BYTES", 20_000)
    assert np.asarray(product(jnp.asarray(block))) == pytest.approx(expected, abs=1e-12 * scale)
