"""Distribution of the coupling when the dipoles of the two wells point anywhere."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError


def vector_density(ratio: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    r"""Half the difference of two vector dipoles of equal length: P(g) = 2 g on (0, 1), g = gamma/gamma_max.

    So gamma^2 is uniform. Its mean square is 1/2.

    Args:
        ratio: g, dimensionless.

    Returns:
        Probability density of g, dimensionless; 0 outside (0, 1).

    Reference: Carruzzo and Yu (2020), supplement Eq. 3.
    """
    g = np.asarray(ratio, dtype=float)
    return np.where((g > 0) & (g < 1), 2 * g, 0.0)


def elastic_density(ratio: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    r"""Half the difference of two uniaxial elastic dipoles n n.

    .. math:: P(g) = \frac{4 g}{\sqrt{1 - 4 g^2}}, \qquad 0 < g = \gamma/\gamma_{max} < 1/2

    Its mean square is 1/6. The paper's linear form 4 g carries only half of the probability.

    Args:
        ratio: g, dimensionless.

    Returns:
        Probability density of g, dimensionless; 0 outside (0, 1/2).

    Reference: Carruzzo and Yu (2020), supplement Eq. 5.
    """
    g = np.asarray(ratio, dtype=float)
    inside = (g > 0) & (g < 0.5)
    return np.where(inside, 4 * g / np.sqrt(np.where(inside, 1 - 4 * g**2, 1.0)), 0.0)


def vector_cumulative(ratio: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    """Integral of `vector_density`: g^2."""
    return np.clip(ratio, 0, 1) ** 2


def elastic_cumulative(ratio: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    """Integral of `elastic_density`: 1 - sqrt(1 - 4 g^2)."""
    return 1 - np.sqrt(1 - 4 * np.clip(ratio, 0, 0.5) ** 2)


def random_directions(count: int, rng: np.random.Generator) -> Float[np.ndarray, "count 3"]:
    """Unit vectors, uniform on the sphere."""
    vectors = rng.normal(size=(count, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def sample_vector_couplings(count: int, rng: np.random.Generator) -> Float[np.ndarray, " count"]:
    """gamma/gamma_max of pairs of random vectors: |n_1 - n_2|/2. Dimensionless."""
    _check(count)
    return 0.5 * np.linalg.norm(random_directions(count, rng) - random_directions(count, rng), axis=1)


def sample_elastic_couplings(count: int, rng: np.random.Generator) -> Float[np.ndarray, " count"]:
    """gamma/gamma_max of pairs of uniaxial dipoles: half the largest eigenvalue of n_1 n_1 - n_2 n_2. Dimensionless."""
    _check(count)
    first, second = random_directions(count, rng), random_directions(count, rng)
    difference = first[:, :, None] * first[:, None, :] - second[:, :, None] * second[:, None, :]
    return 0.5 * np.linalg.eigvalsh(difference)[:, -1]


def _check(count: int) -> None:
    if count < 1:
        raise InputError(f"argument count must be >= 1, but got {count}; ask for at least one pair")
