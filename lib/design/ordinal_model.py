"""How far both units of a person improve on an ordinal scale: a joint table, and the differences that it gives.

Each improvement is a latent normal cut into categories, and the two latents of a person correlate (the polychoric
model, a Gaussian copula): whatever the correlation, each arm keeps its own distribution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from lib.design.bivariate_normal import FloatArray, bivariate_normal
from lib.errors import Refusal

SUM_TOLERANCE = 1e-9
"""How far probabilities may add up to something other than 1; they are then scaled to 1."""

_ROUNDING = 1e-15  # a cell is a difference of four probabilities: below this there is nothing left but rounding


# ---- validation


def probabilities(name: str, values: ArrayLike) -> FloatArray:
    """The values as probabilities of at least two outcomes, scaled to add up to 1 exactly.

    Raises
    ------
    Refusal
        Naming `name`, if they are fewer than two, one is negative or not finite, or their sum is not 1 to
        `SUM_TOLERANCE`.
    """
    given = np.asarray(values, dtype=float)
    if given.ndim != 1 or given.size < 2:
        raise Refusal(f"{name}: {given.size} probabilities given; wanted a list of at least 2")
    if not np.all(np.isfinite(given)) or np.any(given < 0):
        wrong = given[~(np.isfinite(given) & (given >= 0))][0]
        raise Refusal(f"{name}: {float(wrong)!r} given; wanted probabilities of at least 0")
    total = float(given.sum())
    if abs(total - 1) > SUM_TOLERANCE:
        raise Refusal(f"{name}: probabilities that add up to {total:.10g} given; wanted a sum of 1")
    return np.asarray(given / total)


def _table_validation(treated: FloatArray, control: FloatArray) -> None:
    if treated.size != control.size:
        raise Refusal(
            f"treated, control: {treated.size} and {control.size} probabilities given; wanted as many for each arm"
        )


# ---- statistic


def _below(cells: FloatArray) -> FloatArray:
    """P(improvement < i) for i = 0 to the number of categories; the ends are 0 and 1 exactly."""
    return np.concatenate(([0.0], np.cumsum(cells)[:-1].clip(max=1.0), [1.0]))


def _corners(treated: FloatArray, control: FloatArray, rho: float) -> FloatArray:
    """P(treated < i and control < j), its edges being the distributions of the arms themselves."""
    rows, columns = _below(treated), _below(control)
    inner = bivariate_normal(special.ndtri(rows)[:, None], special.ndtri(columns), rho)
    inner[0, :], inner[:, 0], inner[-1, :], inner[:, -1] = 0.0, 0.0, columns, rows
    return inner


# ---- public functions


def joint_table(treated: ArrayLike, control: ArrayLike, rho: float) -> FloatArray:
    """Probability of each pair of improvements of one person.

    Parameters
    ----------
    treated, control : array_like, shape (K + 1,)
        Probability that a unit of this arm improves by 0, 1, ..., K categories.
    rho : float
        Correlation of the latent normals within person (polychoric correlation), −1 < rho < 1.

    Returns
    -------
    ndarray, shape (K + 1, K + 1)
        Entry [i, j]: treated improves by i and control by j. Rows add up to `treated`, columns to `control`, to 1e-14;
        cells below 1e-15 are 0.

    Raises
    ------
    Refusal
        Probabilities that are negative, do not add up to 1, or differ in number between the arms; or a correlation
        outside its range.

    References
    ----------
    Pearson (1900). On the correlation of characters not quantitatively measurable. Phil Trans R Soc A 195:1-47.
    Olsson (1979). Maximum likelihood estimation of the polychoric correlation coefficient. Psychometrika 44:443-460.

    Examples
    --------
    Two even chances that correlate by 1/2 come out alike in two thirds of people:

    >>> joint_table([0.5, 0.5], [0.5, 0.5], 0.5).round(4).tolist()
    [[0.3333, 0.1667], [0.1667, 0.3333]]
    """
    rows, columns = probabilities("treated", treated), probabilities("control", control)
    _table_validation(rows, columns)
    cells = np.diff(np.diff(_corners(rows, columns, rho), axis=0), axis=1)
    return np.asarray(np.where(cells < _ROUNDING, 0.0, cells))


def difference_probabilities(joint: ArrayLike) -> FloatArray:
    """Distribution of the difference d = improvement of treated − improvement of control within a person.

    Parameters
    ----------
    joint : array_like, shape (K + 1, K + 1)
        As from `joint_table`.

    Returns
    -------
    ndarray, shape (2K + 1,)
        P(d = −K), ..., P(d = K); positive d favours the treatment.

    Raises
    ------
    Refusal
        A table that is not square.

    Examples
    --------
    >>> difference_probabilities([[0.1, 0.2], [0.3, 0.4]]).tolist()
    [0.2, 0.5, 0.3]
    """
    table = np.asarray(joint, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise Refusal(f"joint: a table of shape {table.shape} given; wanted as many rows as columns")
    widest = table.shape[0] - 1
    return np.array([np.trace(table, offset=-difference) for difference in range(-widest, widest + 1)])


def discordant(treated: float, control: float, rho: float) -> tuple[float, float]:
    """Probabilities that one unit of a person responds and the other does not: the case of two categories.

    Parameters
    ----------
    treated, control : float
        Probability of response, 0 to 1.
    rho : float
        Correlation of the latent normals within person (tetrachoric correlation), −1 < rho < 1.

    Returns
    -------
    p10, p01 : float
        Treated alone responds; control alone responds. p10 − p01 is treated − control.

    Raises
    ------
    Refusal
        A probability or correlation outside its range.

    Examples
    --------
    >>> [round(share, 4) for share in discordant(0.5, 0.5, 0.5)]
    [0.1667, 0.1667]
    """
    for name, share in (("treated", treated), ("control", control)):
        if not 0 <= share <= 1:
            raise Refusal(f"{name}: {share!r} given; wanted a probability of response from 0 to 1")
    joint = joint_table([1 - treated, treated], [1 - control, control], rho)
    return float(joint[1, 0]), float(joint[0, 1])
