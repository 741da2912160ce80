"""The front door to eigen-solvers: picks one, runs it, checks the result, and says what it did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy import sparse

from .._core.errors import ComputationError, InputError
from .._core.status import Status
from ..hessian import Hessian
from ._batched_lowest import batched_lowest
from ._choice import PROOF_SIZE, choose
from ._factors import cholmod_package
from ._full import dense_device, dense_lapack, orthogonality_of, residual_of, trace_error
from ._lowest import ACCURACIES, LowestModes, largest_eigenvalue, lowest_modes

ZERO = 1e-10
"""|lambda| up to this fraction of the largest eigenvalue is a zero mode."""

RESIDUAL = 1e-9
"""Largest allowed |H v - lambda v| of an accurate spectrum, as a fraction of the largest eigenvalue."""

METHODS = ("auto", "lapack", "device", "lanczos", "sparse", "cholmod", "chebyshev")

LOWEST_ONLY = ("lanczos", "sparse", "cholmod", "chebyshev")

RETRIES = ("qr", "jacobi")
"""Diagonalisations that are tried on a device whose own choice failed its check."""


@dataclass(frozen=True)
class Spectrum:
    r"""Eigenpairs of a mass-weighted Hessian, ascending: :math:`\lambda = \omega^2`.

    Attributes:
        eigenvalues: shape (modes,). Units of 1/time^2.
        vectors: shape (d N, modes), columns orthonormal and mass-weighted; None if not asked for.
        dimension: d.
        size: d N.
        largest: the largest eigenvalue (to a few percent where only the lowest were computed).
        method: which solver computed it.
        residual: largest |H v - lambda v| / largest eigenvalue; None without vectors.
        accuracy: `accurate` or `fast`: what residual was asked for.
        complete_below: no mode below this eigenvalue is missing: infinite for a full spectrum; LAPACK's count, or a
            proof by factorisation, for the lowest; None where there is no proof. Units of 1/time^2.
        orthogonality: largest deviation of V^T V from 1; None without vectors.
    """

    eigenvalues: Float[np.ndarray, " modes"]
    vectors: Float[np.ndarray, "size modes"] | None
    dimension: int
    size: int
    largest: float
    method: str
    residual: float | None
    accuracy: str = "accurate"
    complete_below: float | None = None
    orthogonality: float | None = None

    @property
    def trustworthy(self) -> bool:
        """Whether the eigenvalues are finite, and residual and orthogonality, where there are any, small enough."""
        limit = RESIDUAL if self.accuracy == "accurate" else ACCURACIES[self.accuracy].accepted
        return bool(np.isfinite(self.eigenvalues).all()) and all(
            error is None or error <= limit for error in (self.residual, self.orthogonality)
        )

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


def spectrum(
    hessian: Hessian,
    *,
    count: int | None = None,
    omega_max: float | None = None,
    vectors: bool = True,
    method: str = "auto",
    accuracy: str = "accurate",
    prove: bool | None = None,
) -> Spectrum:
    """Diagonalise the mass-weighted Hessian of one configuration: all of it, or its lowest modes.

    Args:
        hessian: the Hessian.
        count: number of lowest modes, zero modes included; all if neither this nor `omega_max` is given.
        omega_max: all modes below this frequency. Units of 1/time.
        vectors: whether eigenvectors are wanted.
        method: `auto`, which chooses by size, entries a row, device and memory (`_choice`), or
            `lapack`: dense, host: divide and conquer for all modes, relatively robust representations for some;
            `device`: dense, jax device: a full diagonalisation, or Cholesky and block Lanczos for the lowest modes;
            `lanczos`: dense Cholesky and block Lanczos on its inverse, host;
            `sparse`: the same with a sparse factor by scipy's SuperLU;
            `cholmod`: the same with CHOLMOD (`pip install 'hessian-lab[cholmod]'`);
            `chebyshev`: filtered subspace iteration without a factorisation, for N beyond 10^4.
        accuracy: `accurate` (residual down to float64's rounding) or `fast` (float32 inside; residual up to 1e-7 of
            the largest eigenvalue, eigenvalues still good to 1e-13 of it). Full spectra are always accurate.
        prove: prove that no mode is missing: a failed proof is searched for what is missing. If not given, wherever a
            factorisation is affordable. LAPACK and full spectra need no proof.

    Returns:
        The spectrum; `method`, `accuracy` and `complete_below` say what was done.

    Raises:
        InputError: if an argument is not allowed.
        ComputationError: if no solver's result passes its check.
    """
    size = hessian.size
    _check(size, count, omega_max, method, accuracy)
    below = None if omega_max is None else float(omega_max) ** 2
    full = count is None and below is None
    accelerator = jax.default_backend() != "cpu"
    if method == "auto":
        entries = 2 * hessian.pairs.first.size * hessian.pairs.configuration.dimension**2
        asked = size if full else count
        method = choose(size, entries, asked, accuracy, accelerator)
    dimension = hessian.pairs.configuration.dimension
    if full or method == "lapack":
        return _dense(hessian, count, below, vectors, method)
    matrix = hessian.sparse()
    proving = size <= PROOF_SIZE if prove is None else prove
    try:
        found = _lowest(hessian, matrix, method, accuracy, count, below, proving)
    except ComputationError as error:
        if size > 18_000:
            raise
        return replace(_dense(hessian, count, below, vectors, "lapack"), method=f"lapack ({method} failed: {error})")
    result = Spectrum(
        found.values,
        found.vectors,
        dimension,
        size,
        found.largest,
        found.name,
        found.residual,
        accuracy,
        found.complete_below,
        orthogonality_of(found.vectors),
    )
    if not result.trustworthy:
        raise ComputationError(
            f"{found.name} left a residual of {found.residual:.2g} and vectors that are orthogonal to "
            f"{result.orthogonality:.2g}; use method='lapack'"
        )
    return result if vectors else replace(result, vectors=None, residual=None, orthogonality=None)


def _check(size: int, count: int | None, omega_max: float | None, method: str, accuracy: str) -> None:
    if method not in METHODS:
        raise InputError(f"argument method must be one of {', '.join(METHODS)}, but got {method!r}")
    if accuracy not in ACCURACIES:
        raise InputError(f"argument accuracy must be one of {', '.join(ACCURACIES)}, but got {accuracy!r}")
    if count is not None and omega_max is not None:
        raise InputError("arguments count and omega_max exclude each other; give one of them")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int | np.integer)):
        raise InputError(f"argument count must be a whole number, but got {count!r}")
    if omega_max is not None and not isinstance(omega_max, int | float | np.number):
        raise InputError(f"argument omega_max must be a number, but got {omega_max!r}")
    if count is not None and not 1 <= count <= size:
        raise InputError(f"argument count must lie between 1 and d N = {size}, but got {count!r}")
    if omega_max is not None and not (np.isfinite(omega_max) and omega_max > 0):
        raise InputError(f"argument omega_max must be positive, but got {omega_max!r}")
    if method in LOWEST_ONLY and omega_max is None and (count is None or count > max(1, size // 3)):
        raise InputError(
            f"method {method} finds the lowest modes only; give argument count up to d N / 3 = {size // 3}, or "
            "omega_max, or use method='lapack'"
        )
    if method == "cholmod" and cholmod_package() is None:
        raise InputError("method cholmod needs CHOLMOD; pip install 'hessian-lab[cholmod]', or use method='sparse'")


def _lowest(
    hessian: Hessian,
    matrix: sparse.csr_matrix,
    method: str,
    accuracy: str,
    count: int | None,
    below: float | None,
    prove: bool,
) -> LowestModes:
    """The lowest modes by one of the solvers that are made for them."""
    zeros = hessian.trivial_modes
    if method != "device":
        return lowest_modes(matrix, zeros, solver=method, accuracy=accuracy, count=count, below=below, prove=prove)
    if count is not None:
        found = _lowest_on_device(hessian, zeros, accuracy, count, prove)
        if found is not None:
            return found
    # A number that is not known beforehand, a saddle, or a residual or proof that failed: the host decides.
    rest = lowest_modes(matrix, zeros, solver="lanczos", accuracy=accuracy, count=count, below=below, prove=prove)
    return replace(rest, name=f"{rest.name} (on the host)")


def _lowest_on_device(
    hessian: Hessian, zeros: np.ndarray, accuracy: str, count: int, prove: bool
) -> LowestModes | None:
    try:
        batch = batched_lowest(
            jnp.asarray(hessian.dense())[None], jnp.asarray(zeros)[None], count=count, accuracy=accuracy, prove=prove
        )
    except (InputError, jax.errors.JaxRuntimeError):
        return None
    residual, level = float(batch.residual[0]), float(batch.complete_below[0])
    if not residual <= ACCURACIES[accuracy].accepted or (prove and not np.isfinite(level)):
        return None
    return LowestModes(
        np.asarray(batch.eigenvalues[0]),
        np.asarray(batch.vectors[0]),
        float(batch.largest[0]),
        residual,
        level if prove else None,
        f"device, Cholesky, block Lanczos, {accuracy}",
    )


def _dense(hessian: Hessian, count: int | None, below: float | None, vectors: bool, method: str) -> Spectrum:
    """All modes, or LAPACK's lowest; on a device what fails its check is tried again, and then done by LAPACK."""
    matrix = hessian.dense()
    if method == "device":
        for driver in ("default", *RETRIES):
            try:
                values, columns = dense_device(matrix, vectors, driver)
            except (NotImplementedError, ValueError, jax.errors.JaxRuntimeError):
                continue
            name = "device" if driver == "default" else f"device ({driver})"
            found = _checked(hessian, matrix, values, columns, name)
            if found.trustworthy and _sums_up(matrix, found):
                return found
    values, columns = dense_lapack(matrix, count, vectors, below)
    name = "lapack" if method != "device" else "lapack (the device failed its check)"
    found = _checked(hessian, matrix, values, columns, name)
    if below is not None and not found.complete:
        found = replace(found, complete_below=below)
    if not found.trustworthy or not _sums_up(matrix, found):
        raise ComputationError(
            f"the dense solver left a residual of {found.residual} and an orthogonality of {found.orthogonality}; the "
            "Hessian may hold NaN or infinity"
        )
    return found


def _sums_up(matrix: np.ndarray, found: Spectrum) -> bool:
    """Traces, for a full spectrum without vectors; the vectors are the better check where there are any."""
    return found.vectors is not None or not found.complete or trace_error(matrix, found.eigenvalues) <= 1e-10


def _checked(
    hessian: Hessian, matrix: np.ndarray, values: np.ndarray, columns: np.ndarray | None, method: str
) -> Spectrum:
    size = hessian.size
    complete = values.size == size
    # The sparse matrix makes the check cheap beside the diagonalisation.
    rows = hessian.sparse() if columns is not None or not complete else None
    if complete:
        largest = float(np.abs(values).max())
    else:
        assert rows is not None
        largest = largest_eigenvalue(rows)
    return Spectrum(
        values,
        columns,
        hessian.pairs.configuration.dimension,
        size,
        largest,
        method,
        None if columns is None else residual_of(rows, values, columns, largest),
        complete_below=float("inf") if complete else float(values[-1]) if values.size else None,
        orthogonality=None if columns is None else orthogonality_of(columns),
    )


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
