"""Sums over the modes below a window, glass by glass and resample by resample: what every exponent is made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._bootstrap import bootstrap_weights
from ._spectra import Spectra

WindowOfWeights = Callable[[np.ndarray], np.ndarray]

MINIMUM_MODES = 10
MINIMUM_GLASSES = 5


class GlassSums:
    r"""Number and logarithmic depth of the modes of each glass below one window W.

    .. math:: n_g = \#\{i : \omega_{gi} < W\}, \qquad S_g = \sum_{\omega_{gi} < W} \ln(W/\omega_{gi})

    The maximum-likelihood exponent of all glasses together is s + 1 = sum n_g / sum S_g.

    Args:
        spectra: frequencies of many glasses.
        window: W, in the unit of the frequencies.
    """

    def __init__(self, spectra: Spectra, window: float) -> None:
        below = spectra.omega < window
        self.omega = spectra.omega[below]
        self.window = window
        glass = spectra.glass_index[below]
        self.number = np.bincount(glass, minlength=spectra.glasses).astype(np.float64)
        self.depth = np.bincount(glass, np.log(window / self.omega), minlength=spectra.glasses)
        self.modes = int(self.number.sum())
        self.glasses = int(np.count_nonzero(self.number))

    @property
    def slope(self) -> float:
        """Maximum-likelihood s + 1, not corrected for its bias."""
        return self.modes / float(self.depth.sum())

    @property
    def influence(self) -> Float[np.ndarray, " glasses"]:
        """First-order change of ln(s + 1) when a glass gains weight: (n_g - (s + 1) S_g)/n."""
        return (self.number - self.slope * self.depth) / self.modes

    @property
    def spread_columns(self) -> Float[np.ndarray, "glasses five"]:
        """Columns n, S, n^2, n S, S^2 per glass, whose resampled sums `inner_error` takes."""
        number, depth = self.number, self.depth
        return np.stack([number, depth, number**2, number * depth, depth**2], axis=1)

    @property
    def undetermined(self) -> str:
        """Why no exponent can be given, or an empty text."""
        if self.modes < MINIMUM_MODES:
            return f"modes in the window: {self.modes}; at least {MINIMUM_MODES} are needed"
        if self.glasses < MINIMUM_GLASSES:
            return f"the modes in the window come from {self.glasses} glasses; at least {MINIMUM_GLASSES} are needed"
        return ""


def log_slope(
    number: Float[np.ndarray, " resamples"], depth: Float[np.ndarray, " resamples"]
) -> Float[np.ndarray, " resamples"]:
    """ln(s + 1) of every resample; NaN where a resample has no mode."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(number > 0, np.log(number / depth), np.nan)


def inner_error(totals: Float[np.ndarray, "resamples five"]) -> Float[np.ndarray, " resamples"]:
    """Glass-to-glass standard error of ln(s + 1) inside each resample, from the sums of `spread_columns`.

    It is taken at the actual window also where the window moves: it is the scale of a studentised bootstrap, which
    needs to follow the spread of the modes; `window_variance` adds the change of the window.
    """
    number, depth, number_2, mixed, depth_2 = totals.T
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = number / depth
        return np.sqrt(np.maximum(number_2 - 2 * slope * mixed + slope**2 * depth_2, 0)) / number


def window_variance(moved: Float[np.ndarray, " resamples"], fixed: Float[np.ndarray, " resamples"]) -> float:
    """Variance that moving windows add to an estimate; zero for fixed ones. Resamples without a mode do not count."""
    change = moved - fixed
    change = change[np.isfinite(change)]
    return float(np.var(change)) if change.size else 0.0


def check_windows(
    spectra: Spectra, windows: Float[np.ndarray, " windows"], window_of_weights: WindowOfWeights | None, name: str
) -> Float[np.ndarray, " windows"]:
    """Windows as an array of positive frequencies that the spectra reach and the callable agrees with.

    Raises:
        InputError: if a window is not positive and finite, is beyond what is known of some glass, or is not what
            `window_of_weights` gives for equal weights.
    """
    windows = np.atleast_1d(np.asarray(windows, dtype=np.float64))
    if windows.ndim != 1 or windows.size == 0 or not np.all(np.isfinite(windows)) or np.any(windows <= 0):
        raise InputError(f"argument {name} must hold positive finite frequencies, but got {windows}")
    spectra.require_known(float(windows.max()), name)
    if window_of_weights is not None:
        own = _resampled_windows(window_of_weights, np.ones((1, spectra.glasses)), windows.size)[0]
        if not np.allclose(own, windows, rtol=1e-6, atol=0):
            raise InputError(
                f"argument {name} is {windows}, but window_of_weights gives {own} for equal weights; both must be the "
                "same function of the same glasses"
            )
    return windows


def resampled_sums(
    spectra: Spectra,
    sums: list[GlassSums],
    *,
    resamples: int,
    seed: int,
    window_of_weights: WindowOfWeights | None,
    columns: Float[np.ndarray, "glasses columns"],
) -> tuple[Float[np.ndarray, "resamples windows"], Float[np.ndarray, "resamples windows"], np.ndarray]:
    r"""Number and depth of the modes of every resample, each below its own window, and other sums of the same draws.

    .. math:: n_{rk} = \sum_g w_{rg} n_g(W_{rk}), \qquad S_{rk} = \sum_g w_{rg} S_g(W_{rk})

    Args:
        spectra: frequencies of many glasses.
        sums: the sums at the actual windows, one entry a window.
        resamples: bootstrap resamples.
        seed: of the bootstrap.
        window_of_weights: windows of each resample, or None for fixed windows.
        columns: further quantities per glass to sum with the same weights.

    Returns:
        Numbers and depths of shape (resamples, windows), and the sums of the columns.

    Raises:
        InputError: if a resampled window is not positive and finite, or beyond what is known of some glass.
    """
    fixed = np.stack([entry.number for entry in sums] + [entry.depth for entry in sums], axis=1)
    table = np.concatenate([fixed, columns], axis=1)
    numbers, depths, others = [], [], []
    for weights in bootstrap_weights(spectra.glasses, resamples=resamples, seed=seed):
        total = weights @ table
        number, depth = total[:, : len(sums)], total[:, len(sums) : 2 * len(sums)]
        if window_of_weights is not None:
            moved = _resampled_windows(window_of_weights, weights, len(sums))
            spectra.require_known(float(moved.max()), "window_of_weights")
            for k in range(len(sums)):
                number[:, k], depth[:, k] = _moved_sums(spectra, weights, moved[:, k])
        numbers.append(number)
        depths.append(depth)
        others.append(total[:, 2 * len(sums) :])
    return np.concatenate(numbers), np.concatenate(depths), np.concatenate(others)


def _resampled_windows(
    window_of_weights: WindowOfWeights, weights: Float[np.ndarray, "chunk glasses"], windows: int
) -> Float[np.ndarray, "chunk windows"]:
    moved = np.asarray(window_of_weights(weights), dtype=np.float64)
    if windows == 1 and moved.shape == (len(weights),):
        moved = moved[:, None]
    if moved.shape != (len(weights), windows):
        raise InputError(
            f"argument window_of_weights must return the shape (resamples, windows) = {(len(weights), windows)}, but "
            f"returned {moved.shape}"
        )
    if not np.all(np.isfinite(moved)) or np.any(moved <= 0):
        raise InputError(
            "argument window_of_weights returned a window that is not positive and finite; the mean modulus of a "
            "resample is not positive, so the ensemble is too small or too unstable for a window in units of omega_T1"
        )
    return moved


def _moved_sums(
    spectra: Spectra, weights: Float[np.ndarray, "chunk glasses"], moved: Float[np.ndarray, " chunk"]
) -> tuple[Float[np.ndarray, " chunk"], Float[np.ndarray, " chunk"]]:
    """Below the lowest window of the chunk the sums are linear in the weights; the rest is added row by row."""
    base = GlassSums(spectra, float(moved.min()))
    number = weights @ base.number
    depth = weights @ base.depth + number * np.log(moved / base.window)
    between = np.flatnonzero((spectra.omega >= base.window) & (spectra.omega < moved.max()))
    between = between[np.argsort(spectra.omega[between], kind="stable")]
    omega, glass = spectra.omega[between], spectra.glass_index[between]
    for row, stop in enumerate(np.searchsorted(omega, moved, side="left")):
        weight = weights[row, glass[:stop]]
        number[row] += weight.sum()
        depth[row] += weight @ np.log(moved[row] / omega[:stop])
    return number, depth
