"""Other packages as judges where they are right, and brute force where they are not: pingouin, scipy.

Peers that judge one module alone stand in that module's tests: R's values, binomtest, scipy's signed-rank test without
ties, statsmodels' McNemar test and kappa, scipy's Benjamini-Hochberg.
"""

import gc
import random
from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis.effect_size import d_av, d_z, hedges_g_z
from lib.analysis.multiplicity import ADJUSTMENTS
from lib.analysis.sign import sign_test
from lib.analysis.sign_flip import sign_flip
from lib.analysis.signed_rank import signed_rank
from lib.analysis.t import paired_t
from tests.analysis import brute_force
from tests.analysis.peers import SLEEP

TREATED, CONTROL = [3.0, 5.5, 2.0, 8.5, 6.0, 7.0], [2.0, 1.0, 2.5, 4.0, 6.5, 3.0]
DIFFERENCES = [treated - control for treated, control in zip(TREATED, CONTROL, strict=True)]
every_alternative = pytest.mark.parametrize("alternative", brute_force.ALTERNATIVES)
repeatable = settings(derandomize=True, deadline=None, max_examples=25)


@pytest.fixture(scope="module")
def pingouin():
    """Imported by the tests that need it: that takes three seconds, which collecting the tests should not."""
    found = import_module("pingouin")
    gc.freeze()  # what it brings along would be looked through whenever the Holm of statsmodels collects garbage
    return found


def bounds(result):
    """Limits with infinity for none, as other packages write them."""
    low, high = result.interval.low, result.interval.high
    return -np.inf if low is None else low, np.inf if high is None else high


# ---- t


@every_alternative
def test_t_from_both_arms_agrees_with_scipy(alternative):
    peer = stats.ttest_rel(TREATED, CONTROL, alternative=alternative)
    result = paired_t(DIFFERENCES, alternative, 0.9)
    assert (result.p, result.null.observed) == pytest.approx((peer.pvalue, peer.statistic), rel=1e-12)
    assert bounds(result) == pytest.approx(tuple(peer.confidence_interval(0.9)), rel=1e-12)


@every_alternative
def test_t_agrees_with_pingouin(pingouin, alternative):
    peer = pingouin.ttest(TREATED, CONTROL, paired=True, alternative=alternative, confidence=0.9).loc["T_test"]
    result = paired_t(DIFFERENCES, alternative, 0.9)
    assert (result.p, result.null.observed) == pytest.approx((peer["p_val"], peer["T"]), rel=1e-9)
    assert bounds(result) == pytest.approx(tuple(peer["CI90"]), rel=1e-9)


def test_the_t_interval_of_sleep_agrees_with_pingouin_to_the_two_digits_that_it_gives(pingouin):
    assert bounds(paired_t(SLEEP)) == pytest.approx(tuple(pingouin.ttest(SLEEP, 0).loc["T_test", "CI95"]), abs=0.005)


# ---- signed rank


@every_alternative
def test_zeros_without_ties_agree_with_scipy_by_the_wilcoxon_rule(alternative):
    differences = [0, 0, 1, 2, 3, -4, 6, -5]
    peer = stats.wilcoxon(differences, zero_method="wilcox", method="exact", alternative=alternative)
    assert signed_rank(differences, alternative).p == pytest.approx(peer.pvalue, abs=1e-12)


def pratt_ranks(differences):
    """Sum of positive midranks among all sizes, those of zeros included."""
    sizes = [abs(d) for d in differences]
    midrank = {s: 1 + sum(o < s for o in sizes) + Fraction(sizes.count(s) - 1, 2) for s in sizes}
    return sum((midrank[d] for d in differences if d > 0), Fraction(0))


@every_alternative
@repeatable
@given(differences=st.lists(st.integers(-3, 3), min_size=1, max_size=6))
def test_pratts_rule_by_enumeration(differences, alternative):
    wanted = brute_force.p(pratt_ranks, differences, alternative)
    assert signed_rank(differences, alternative, zeros="pratt").p == float(wanted)


@pytest.mark.parametrize(
    ("differences", "rule", "peer_rule", "statistic", "p", "peer_p"),
    [
        # ranks 2, 2, 2, 4, 5: scipy looks the sum 13 up among the sums of the ranks 1 to 5
        ([1, 1, -1, 2, 3], "wilcoxon", "wilcox", brute_force.positive_ranks, 0.25, 0.1875),
        # ranks 3, 4, 5, 6: scipy looks the sum 12 up among the sums of the ranks 1 to 6
        ([0, 0, 1, 2, 3, -4], "pratt", "pratt", pratt_ranks, 0.625, 0.84375),
    ],
)
def test_scipys_exact_p_knows_neither_ties_nor_pratts_zeros(differences, rule, peer_rule, statistic, p, peer_p):
    assert brute_force.p(statistic, differences, "two-sided") == signed_rank(differences, zeros=rule).p == p
    assert stats.wilcoxon(differences, zero_method=peer_rule, method="exact").pvalue == pytest.approx(peer_p)


# ---- sign


@every_alternative
@pytest.mark.parametrize("n", [6, 10, 25])
def test_limits_of_the_median_agree_with_scipy(n, alternative):
    draw = random.Random(n)
    differences = [round(draw.gauss(0.3, 1), 3) for _ in range(n)]
    peer = stats.quantile_test(differences, q=0, p=0.5, alternative=alternative)
    result = sign_test(differences, alternative, 0.9)
    assert result.p == pytest.approx(peer.pvalue, rel=1e-9)
    assert bounds(result) == pytest.approx(tuple(peer.confidence_interval(0.9)))


# ---- sign flip


def flipped_by_scipy(differences, alternative):
    """The p of every labelling."""
    values = (np.array(differences, float),)
    every = {"permutation_type": "samples", "n_resamples": np.inf, "alternative": alternative}
    return stats.permutation_test(values, np.mean, **every).pvalue


@every_alternative
@pytest.mark.parametrize("differences", [[0, 1, 1, -1, 2, 3, 0, -2], [-3, -3, 1, 1, 1], [0.3, 0.3, -0.1, -0.2, 0.1]])
def test_sign_flip_with_ties_agrees_with_scipy(differences, alternative):
    assert sign_flip(differences, alternative).p == pytest.approx(flipped_by_scipy(differences, alternative), abs=1e-12)


def test_scipy_loses_ties_that_floats_round_apart():
    # .1 + .2 + .3 − .6 is 0, as is its mirror image; floats give 1.1e-16 and −1.1e-16, a tie that scipy doesn't see
    exactly = [Fraction(tenths, 10) for tenths in (1, 2, 3, -6)]
    wanted = brute_force.p(brute_force.total, exactly, "greater")
    assert sign_flip([0.1, 0.2, 0.3, -0.6], "greater").p == wanted == 9 / 16
    assert flipped_by_scipy([0.1, 0.2, 0.3, -0.6], "greater") == 8 / 16


# ---- effect sizes
#
# Not the same things, in pingouin 0.7: compute_esci makes an interval symmetric about d_z (0.32 to 2.25 for Student's
# sleep data, 0.41 to 2.12 by the noncentral t); "hedges" of two paired arms corrects d_av, not d_z; "CLES" compares
# every treated unit with every control unit, not with its own.


@repeatable
@given(arms=st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=3, max_size=8))
def test_d_z_agrees_with_pingouin(pingouin, arms):
    treated, control = np.array(arms, float).T
    differences = treated - control
    assume(np.ptp(differences) > 0)
    peer = pingouin.compute_effsize(treated, control, paired=True, eftype="cohen_dz")
    assert d_z(differences).value == pytest.approx(peer, abs=1e-12)


@pytest.mark.parametrize("n", [5, 8, 10])
def test_g_z_is_close_to_the_approximate_factor_of_pingouin(pingouin, n):
    # 1 − 3/(4 df − 1) is Hedges' own approximation, within 0.0022 of his factor from 4 degrees of freedom on
    plain = d_z(SLEEP[:n]).value
    peer = pingouin.compute_effsize(SLEEP[:n], 0, eftype="hedges")
    assert peer / plain == pytest.approx(1 - 3 / (4 * (n - 1) - 1), abs=1e-12)
    assert hedges_g_z(SLEEP[:n]).value == pytest.approx(peer, abs=0.0022 * plain)


def test_d_av_agrees_with_pingouin_where_both_arms_vary_alike(pingouin):
    # pingouin averages the variances of the two arms, Cumming their SDs; the same if the arms have one SD
    control = [CONTROL[place] + 1.5 for place in (3, 1, 5, 0, 2, 4)]
    differences = [first - second for first, second in zip(CONTROL, control, strict=True)]
    arms = [[Fraction(value) for value in arm] for arm in (CONTROL, control)]
    peer = pingouin.compute_effsize(CONTROL, control, paired=True, eftype="cohen")
    assert d_av(differences, *arms).value == pytest.approx(peer, abs=1e-12)


# ---- several endpoints


@pytest.mark.parametrize("ps", [[0.01, 0.04, 0.03, 0.2, 0.5], [0.02, 0.02, 1, 0.02], [0.5, 0.6, 0, 0.7, 0.9]], ids=str)
def test_holm_agrees_with_pingouin(pingouin, ps):
    # its Benjamini-Hochberg is scipy's
    assert ADJUSTMENTS["holm"].run(ps) == pytest.approx(pingouin.multicomp(ps, method="holm")[1], abs=1e-14)
