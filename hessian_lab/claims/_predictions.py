"""What each side predicts for the exponent of the non-phononic density of states, glass by glass made how."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

MODE_COUPLING_TEMPERATURE = {
    ("polydisperse", 3): 0.108,
    ("binary-r12", 3): 0.226,
    ("kob-andersen", 3): 0.435,
}
"""T_MCT of the models, in units of epsilon: below it parents count as stable, far above it as hot."""


@dataclass(frozen=True)
class Prediction:
    """A predicted exponent, or the reason why there is none."""

    s: float | None
    reason: str = ""


def schirmacher_exponent(
    model: str, dimension: int, order: float, repulsive: bool, parental_temperature: float
) -> Prediction:
    r"""Exponent that Schirmacher et al. predict.

    Quenches from a high parental temperature are marginal, s = 2, whatever the taper. For stable glasses of repulsive
    particles P(sigma) ~ sigma^(-1+1/m) near the cutoff gives s = 3 + 2/m, 3 for m = inf.

    Args:
        model: name of the model.
        dimension: d.
        order: m of the taper.
        repulsive: whether the potential has no minimum.
        parental_temperature: in units of epsilon; inf for random parents, 0 for samples that never were at equilibrium.

    Returns:
        The prediction. None where the papers predict no number.

    Reference: Schirmacher et al., reply to PRE 111, L013402, claims (i), (iii), (iv); Schirmacher and Ruocco, PRL
        (2025), Eq. 13.
    """
    if parental_temperature == inf:
        return Prediction(2.0)
    if parental_temperature == 0:
        return Prediction(
            None, "samples that were cooled or minimised with their diameters have no parental temperature"
        )
    stable = MODE_COUPLING_TEMPERATURE.get((model, dimension))
    if stable is None:
        return Prediction(None, f"no mode-coupling temperature is known for {model} in {dimension}D")
    if parental_temperature > stable:
        return Prediction(None, f"between stable (T <= {stable:g}) and hot parents no number is predicted")
    if not repulsive:
        return Prediction(None, "5 for a potential with a minimum, lowered by the taper by an amount not predicted")
    if order <= 0:
        return Prediction(None, "the taper has no order")
    return Prediction(3.0 + 2.0 / order)


def lerner_exponent() -> Prediction:
    """Exponent that Lerner and Bouchbinder hold to be universal: s = 4 whatever the taper and the parents.

    Reference: Lerner and Bouchbinder, PRE 111, L013402 (2025).
    """
    return Prediction(4.0)
