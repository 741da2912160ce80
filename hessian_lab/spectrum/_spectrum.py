"""The front door to eigen-solvers: picks one, runs it, checks the result, and says what it did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float

from .._core.errors import ComputationError, InputError
from .._core.status import Status
from ..hessian import Hessian
from ._dense import dense_device, dense_lapack
from ._sparse import largest_eigenvalue, lowest_sparse

ZERO = 1e-10
"""|lambda| up to this fraction of the largest eigenvalue is a zero mode."""

RESIDUAL = 1e-9
"""Largest allowed |H v - lambda v|, as a fraction of the largest eigenvalue."""

FULL_LIMIT = 3000
"""Up to this d N a full dense diagonalisation is chosen; beyond it the lowest modes are found with sparse methods."""

METHODS = ("auto", "lapack", "device", "sparse")


@dataclass(frozen=True)
class Spectrum:
    r"""Eigenpairs of a mass-weighted Hessian, ascending: :math:`\lambda = \omega^2`.

    Attributes:
        eigenvalues: shape (modes,). Units of 1/time^2.
        vectors: shape (d N, modes), columns orthonormal and mass-weighted; None if not asked for.
        dimension: d.
        size: d N.
        largest: the largest eigenvalue (estimated where only the lowest were computed).
        method: which solver computed it.
        residual: largest |H v - lambda v| / largest eigenvalue; None without vectors.
    """

    eigenvalues: Float[np.ndarray, " modes"]
    vectors: Float[np.ndarray, "size modes"] | None
    dimension: int
    size: int
    largest: float
    method: str
    residual: float | None

    @property
    def trustworthy(self) -> bool:
        """Whether the eigenvalues are finite and the residual, where there is one, is small."""
        return bool(np.isfinite(self.eigenvalues).all()) and (self.residual is None or self.residual <= RESIDUAL)

    @property
    def complete(self) -> bool:
        """Whether every mode was computed."""
        return self.eigenvalues.size == self.size

    @cached_property
    def zero(self) -> np.ndarray:
        """Mask of the zero modes, |lambda| <= 1e-10 of the largest."""
        return np.abs(self.eigenvalues) <= ZERO * self.largest

    @property
    def zero_modes(self) -> int:
        """Number of zero modes."""
        return int(self.zero.sum())

    @property
    def negative_modes(self) -> int:
        """Number of modes below zero."""
        return int((self.eigenvalues < -ZERO * self.largest).sum())

    @cached_property
    def omega(self) -> Float[np.ndarray, " modes"]:
        """sign(lambda) sqrt|lambda|, zero modes exactly 0. Units of 1/time."""
        omega = np.sign(self.eigenvalues) * np.sqrt(np.abs(self.eigenvalues))
        return np.where(self.zero, 0.0, omega)

    @property
    def positive_omega(self) -> Float[np.ndarray, " positive"]:
        """Frequencies of the modes above zero, ascending. Units of 1/time."""
        return self.omega[~self.zero & (self.eigenvalues > 0)]

    def modes(self) -> Float[np.ndarray, "modes particles dim"]:
        """Eigenvectors, one per row, as displacements of the mass-weighted coordinates.

        Raises:
            InputError: if no vectors were computed.
        """
        if self.vectors is None:
            raise InputError("argument spectrum has no eigenvectors; compute it with vectors=True")
        return self.vectors.T.reshape(self.eigenvalues.size, -1, self.dimension)


def spectrum(hessian: Hessian, *, count: int | None = None, vectors: bool = True, method: str = "auto") -> Spectrum:
    """Diagonalise the mass-weighted Hessian of one configuration.

    Args:
        hessian: the Hessian.
        count: number of lowest modes; all if not given.
        vectors: whether eigenvectors are wanted.
        method: `lapack` (dense, host), `device` (dense, jax device), `sparse` (scipy.sparse shift-invert, host,
            lowest modes only) or `auto`: dense up to d N = 3000 or where most modes are asked for, on the device if
            that is an accelerator; sparse otherwise.

    Returns:
        The spectrum; `method` says which solver was used.

    Raises:
        InputError: if an argument is not allowed.
        ComputationError: if the solver's result does not pass the residual check and no other solver is left.
    """
    if method not in METHODS:
        raise InputError(f"argument method must be one of {', '.join(METHODS)}, but got {method!r}")
    size = hessian.size
    if count is not None and not 1 <= count <= size:
        raise InputError(f"argument count must lie between 1 and d N = {size}, but got {count!r}")
    if method == "sparse" and (count is None or count > size - 2):
        raise InputError(f"method sparse finds the lowest modes only; give argument count below {size - 1}")
    if method == "auto":
        if count is not None and size > FULL_LIMIT and count < size // 10:
            method = "sparse"
        else:
            import jax

            method = "lapack" if jax.default_backend() == "cpu" else "device"
    if method == "sparse":
        assert count is not None
        matrix = hessian.sparse()
        values, lowest, largest = lowest_sparse(matrix, count)
        residual = _residual(matrix, values, lowest, largest)
        if residual > RESIDUAL:
            raise ComputationError(f"the sparse solver left a residual of {residual:.2g}; use method='lapack'")
        name = "sparse (scipy.sparse shift-invert)"
        return Spectrum(
            values, lowest if vectors else None, hessian.pairs.configuration.dimension, size, largest, name, residual
        )
    matrix = hessian.dense()
    found = _dense(hessian, matrix, count, vectors, method)
    if method == "device" and not found.trustworthy:
        # Accelerators have returned NaN without an error (jax-ml/jax#1628, #32641): the host decides.
        found = replace(
            _dense(hessian, matrix, count, vectors, "lapack"), method="lapack (the device failed its check)"
        )
    if not found.trustworthy:
        raise ComputationError(
            f"the dense solver left a residual of {found.residual}; the Hessian may hold NaN or infinity"
        )
    return found


def _dense(hessian: Hessian, matrix: np.ndarray, count: int | None, vectors: bool, method: str) -> Spectrum:
    values, columns = (dense_device if method == "device" else dense_lapack)(matrix, count, vectors)
    largest = _scale(values, matrix)
    residual = None if columns is None else _residual(matrix, values, columns, largest)
    dimension = hessian.pairs.configuration.dimension
    return Spectrum(values, columns, dimension, hessian.size, largest, method, residual)


def _scale(values: np.ndarray, matrix: np.ndarray) -> float:
    """Largest eigenvalue, from the spectrum or, where that is partial, by Lanczos."""
    if not np.isfinite(values).all():
        return float("nan")
    if values.size == matrix.shape[0]:
        return float(np.abs(values).max())
    return largest_eigenvalue(matrix)


def _residual(matrix: np.ndarray, values: np.ndarray, columns: np.ndarray, scale: float) -> float:
    """Largest column norm of H V - V diag(lambda), as a fraction of the scale."""
    if not np.isfinite(columns).all():
        return float("inf")
    difference = matrix @ columns - columns * values
    return float(np.sqrt((difference**2).sum(axis=0).max()) / max(scale, 1e-300))


def status_of_modes(negative_modes: int, zero_modes: int, dimension: int, rattlers: int) -> Status:
    """Whether a force-free configuration is a minimum, judged by its modes.

    Args:
        negative_modes: modes below zero.
        zero_modes: modes at zero.
        dimension: d.
        rattlers: number of particles that nothing holds; each brings d zero modes.

    Returns:
        SADDLE if a mode is negative; MARGINAL if there are more zero modes than d translations and d per rattler;
        CONVERGED otherwise.
    """
    if negative_modes:
        return Status.SADDLE
    return Status.MARGINAL if zero_modes > dimension * (1 + rattlers) else Status.CONVERGED


def confirm(spectrum: Spectrum, rattlers: int) -> Status:
    """`status_of_modes` of a spectrum that holds all modes, or at least the lowest d + d * rattlers + 1."""
    return status_of_modes(spectrum.negative_modes, spectrum.zero_modes, spectrum.dimension, rattlers)
