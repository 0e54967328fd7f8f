"""Two-sample tests and rank approximations: R, coin and scipy, enumeration, symmetry."""

import doctest
import math
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis import two_sample as module
from lib.analysis.registry import TESTS
from lib.analysis.two_sample import (
    PRINTED_PAIRED,
    UNPAIRED,
    doubled_midranks,
    fisher_p,
    mann_whitney_p,
    permutation_p,
    signed_rank_normal_p,
    student_p,
    welch_p,
)
from lib.errors import Refusal
from lib.values import Missing
from tests.analysis.brute_force import ALTERNATIVES
from tests.analysis.peers import SLEEP

MIRROR = {"two-sided": "two-sided", "less": "greater", "greater": "less"}
every_alternative = pytest.mark.parametrize("alternative", ALTERNATIVES)
alternatives = st.sampled_from(ALTERNATIVES)
samples = st.lists(st.integers(0, 4), min_size=1, max_size=4)
repeatable = settings(derandomize=True, deadline=None)

# values with ties, in arms of unequal size, and differences with ties and zeros
TREATED, CONTROL = [1, 2, 2, 5, 7, 7], [2, 3, 7, 8, 9]
DIFFERENCES = [3, -1, 2, 2, 0, -4, 1, 5, 0, 1]
# R's `sleep`, hours by drug
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_the_examples_in_docstrings_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


# ---- R

# R 4.2.2: t.test(x, y, var.equal), t.test(x, y), coin::oneway_test and wilcox_test(distribution = "exact"),
# wilcox.test(x, y, correct), for two.sided, less, greater; exactRankTests::wilcox.exact gives the same as coin
R_TWO_SAMPLE = {
    "student": (0.329398779298, 0.164699389649, 0.835300610351),
    "welch": (0.339375644755, 0.169687822377, 0.830312177623),
    "permutation": (0.352813852814, 0.179653679654, 0.867965367965),
    "mann-whitney": (0.255411255411, 0.121212121212, 0.911255411255),
    "mann-whitney-corrected": (0.226695103853, 0.113347551927, 0.918477472073),
    "mann-whitney-uncorrected": (0.192947297324, 0.096473648662, 0.903526351338),
}

# the same for extra ~ group of R's sleep data, two-sided
R_SLEEP = {
    "student": 0.079186714216,
    "welch": 0.079394140187,
    "permutation": 0.081447963801,
    "mann-whitney": 0.065816536405,
    "mann-whitney-corrected": 0.069327575434,
}

# wilcox.test(x, correct), for two.sided, less, greater
R_SIGNED_RANK = {
    "signed-rank-corrected": (0.231073196278, 0.909632095313, 0.115536598139),
    "signed-rank-uncorrected": (0.204781553626, 0.897609223187, 0.102390776813),
}


@pytest.mark.parametrize("key", R_TWO_SAMPLE)
def test_ties_and_unequal_arms_agree_with_r(key):
    found = [UNPAIRED[key].p(TREATED, CONTROL, alternative) for alternative in ALTERNATIVES]
    assert found == pytest.approx(R_TWO_SAMPLE[key], abs=1e-11)


@pytest.mark.parametrize("key", R_SLEEP)
def test_sleep_agrees_with_r(key):
    assert UNPAIRED[key].p(DRUG_1, DRUG_2, "two-sided") == pytest.approx(R_SLEEP[key], abs=1e-11)


@pytest.mark.parametrize("key", R_SIGNED_RANK)
def test_the_signed_rank_approximation_agrees_with_r(key):
    found = [PRINTED_PAIRED[key].p(DIFFERENCES, alternative) for alternative in ALTERNATIVES]
    assert found == pytest.approx(R_SIGNED_RANK[key], abs=1e-11)


@pytest.mark.parametrize(
    ("differences", "corrected", "p"),
    [
        # R: wilcox.test, of sleep and of the shipped trial's endpoints
        (SLEEP, True, 0.009090698016),
        (SLEEP, False, 0.007632441648),
        ([-56, -100, 0, 0], True, 0.371093369523),
        ([-56, -100, 0, 0], False, 0.179712494879),
        ([0, 1, 1, 0], True, 0.345778586151),
        ([-1, 0, 0, 0], True, 1),  # half a rank is all there is
        ([-1, 0, 0, 0], False, 0.3173105079),
    ],
)
def test_few_differences_agree_with_r(differences, corrected, p):
    assert signed_rank_normal_p(differences, "two-sided", corrected=corrected) == pytest.approx(p, abs=1e-10)


@pytest.mark.parametrize(
    ("tables", "p"),
    # R: fisher.test(matrix(c(5, 1, 2, 6), 2, byrow = TRUE)) and of 3 1 2 7, for two.sided, less, greater
    [
        ((5, 6, 2, 8), (0.102564102564, 0.997668997669, 0.051282051282)),
        ((3, 4, 2, 9), (0.216783216783, 0.993006993007, 0.118881118881)),
    ],
)
def test_fisher_agrees_with_r(tables, p):
    yes, m, also, n = tables
    found = [fisher_p(responses(yes, m), responses(also, n), alternative) for alternative in ALTERNATIVES]
    assert found == pytest.approx(p, abs=1e-11)


def test_tea():
    # Fisher (1935), The Design of Experiments, section 11: three of four cups, P(3 or 4) = 17/70
    assert fisher_p(responses(3, 4), responses(1, 4), "greater") == pytest.approx(17 / 70, abs=1e-15)


def responses(yes, n):
    return [100] * yes + [0] * (n - yes)


# ---- scipy


@every_alternative
@pytest.mark.parametrize("seed", range(5))
def test_scipy_gives_the_same(seed, alternative):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 12, 7).tolist(), rng.integers(2, 14, 5).tolist()
    expected = {
        "student": stats.ttest_ind(x, y, alternative=alternative).pvalue,
        "welch": stats.ttest_ind(x, y, equal_var=False, alternative=alternative).pvalue,
        **{
            f"mann-whitney-{name}": stats.mannwhitneyu(
                x, y, use_continuity=corrected, alternative=alternative, method="asymptotic"
            ).pvalue
            for name, corrected in (("corrected", True), ("uncorrected", False))
        },
    }
    assert {key: UNPAIRED[key].p(x, y, alternative) for key in expected} == pytest.approx(expected, abs=1e-10)


@every_alternative
@pytest.mark.parametrize("seed", range(3))
def test_scipys_exact_permutation_test_gives_the_same(seed, alternative):
    # in arms of one size, where doubling the smaller tail counts the same labellings
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 9, 4), rng.integers(1, 12, 4)
    statistics = {
        "permutation": (x, y, lambda a, b, axis: a.sum(axis) - b.sum(axis)),
        "mann-whitney": (*np.split(stats.rankdata([*x, *y]), 2), lambda a, b, axis: a.sum(axis) - b.sum(axis)),
    }
    for key, (a, b, statistic) in statistics.items():
        peer = stats.permutation_test((a, b), statistic, n_resamples=np.inf, vectorized=True, alternative=alternative)
        assert UNPAIRED[key].p(x.tolist(), y.tolist(), alternative) == pytest.approx(peer.pvalue, abs=1e-12)


def test_scipys_exact_rank_sum_agrees_without_ties():
    x, y = [1.1, 2.7, 3.2, 8.4], [0.4, 5.5, 6.1, 9.9, 7.2]
    peer = stats.mannwhitneyu(x, y, method="exact").pvalue
    assert mann_whitney_p(x, y, "two-sided") == pytest.approx(peer, abs=1e-12)


@every_alternative
@pytest.mark.parametrize("corrected", [True, False])
def test_scipys_signed_rank_approximation_agrees(corrected, alternative):
    peer = stats.wilcoxon(
        DIFFERENCES, zero_method="wilcox", correction=corrected, alternative=alternative, method="asymptotic"
    )
    found = signed_rank_normal_p(DIFFERENCES, alternative, corrected=corrected)
    assert found == pytest.approx(peer.pvalue, abs=1e-12)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (3, 3), (4, 4), (2, 5)])
@every_alternative
def test_scipys_fisher_agrees_on_every_table(m, n, alternative):
    for yes, also in product(range(m + 1), range(n + 1)):
        peer = stats.fisher_exact([[yes, m - yes], [also, n - also]], alternative=alternative).pvalue
        assert fisher_p(responses(yes, m), responses(also, n), alternative) == pytest.approx(peer, abs=1e-12)


# ---- enumeration


def dealt(statistic, treated, control, alternative):
    """Every way to choose the treated: slow, obvious, and in rationals."""
    pooled = [Fraction(value) for value in (*treated, *control)]
    places = range(len(pooled))
    null = [
        statistic([pooled[i] for i in chosen], [pooled[i] for i in places if i not in chosen])
        for chosen in combinations(places, len(treated))
    ]
    observed = statistic(pooled[: len(treated)], pooled[len(treated) :])
    extreme = {
        "greater": [value >= observed for value in null],
        "less": [value <= observed for value in null],
        "two-sided": [abs(value) >= abs(observed) for value in null],
    }
    return Fraction(sum(extreme[alternative]), len(null))


def difference(first, second):
    return sum(first) / len(first) - sum(second) / len(second)


def wins(first, second):
    """Mann and Whitney's count of pairs won minus pairs lost."""
    return Fraction(sum((a > b) - (a < b) for a in first for b in second))


@repeatable
@given(samples, samples, alternatives)
def test_the_permutation_test_by_enumeration(treated, control, alternative):
    assert permutation_p(treated, control, alternative) == float(dealt(difference, treated, control, alternative))


@repeatable
@given(samples, samples, alternatives)
def test_the_rank_sum_by_enumeration_with_ties(treated, control, alternative):
    assert mann_whitney_p(treated, control, alternative) == float(dealt(wins, treated, control, alternative))


@repeatable
@given(st.integers(0, 4), st.integers(0, 4), alternatives)
def test_in_arms_of_one_size_fishers_test_is_the_permutation_test(yes, also, alternative):
    treated, control = responses(yes, 4), responses(also, 4)
    assert fisher_p(treated, control, alternative) == permutation_p(treated, control, alternative)


def test_seventy_labellings():
    # by hand: the observed one of 70 is the farthest, and its mirror as far
    assert permutation_p([5, 6, 7, 8], [1, 2, 3, 4], "two-sided") == 2 / 70
    assert permutation_p([5, 6, 7, 8], [1, 2, 3, 4], "greater") == 1 / 70
    assert permutation_p([5, 6, 7, 8], [1, 2, 3, 4], "less") == 1


def test_decimals_tie_as_written():
    # 0.1 + 0.2 and 0.3 tie: 0.1 0.2 | 0.3 0 has the sums 0.1 0.2 0.3 0.3 0.4 0.5, of which four reach 0.3
    assert permutation_p([0.1, 0.2], [0.3, 0], "greater") == 4 / 6


def test_midranks():
    assert [rank / 2 for rank in doubled_midranks([30, 10, 20, 20])] == [4, 1, 2.5, 2.5]


# ---- symmetry


@pytest.mark.parametrize("key", UNPAIRED)
@repeatable
@given(st.lists(st.sampled_from([0, 100]), min_size=2, max_size=4), st.lists(st.sampled_from([0, 100]), min_size=2))
def test_swapping_arms_mirrors_the_sides(key, treated, control):
    control = control[:4]
    for alternative in ALTERNATIVES:
        swapped = UNPAIRED[key].p(control, treated, MIRROR[alternative])
        found = UNPAIRED[key].p(treated, control, alternative)
        assert found == (swapped if isinstance(swapped, Missing) else pytest.approx(swapped, abs=1e-14))


@pytest.mark.parametrize("key", PRINTED_PAIRED)
@repeatable
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=6))
def test_turning_differences_mirrors_the_sides(key, differences):
    for alternative in ALTERNATIVES:
        turned = PRINTED_PAIRED[key].p([-value for value in differences], MIRROR[alternative])
        found = PRINTED_PAIRED[key].p(differences, alternative)
        assert found == (turned if isinstance(turned, Missing) else pytest.approx(turned, abs=1e-14))


@pytest.mark.parametrize("key", [key for key in UNPAIRED if key != "fisher"])
def test_unit_and_origin_do_not_matter(key):
    moved = [[Fraction(9, 5) * value + 32 for value in arm] for arm in (TREATED, CONTROL)]
    assert UNPAIRED[key].p(*moved, "less") == UNPAIRED[key].p(TREATED, CONTROL, "less")


# ---- what has no p


@pytest.mark.parametrize("key", UNPAIRED)
@pytest.mark.parametrize("arms", [([], [1, 2]), ([1, 2], []), ([], [])])
def test_an_empty_arm_has_no_p(key, arms):
    assert UNPAIRED[key].p(*arms, "two-sided") == Missing("one arm has no values: there is nothing to compare")


@pytest.mark.parametrize(
    ("run", "arms", "reason"),
    [
        (student_p, ([1, 1], [3, 3]), "no standard deviation"),
        (student_p, ([1], [3]), "no standard deviation"),
        (welch_p, ([1, 1], [3, 3]), "no standard deviation"),
        (welch_p, ([1], [3, 4]), "one value"),
        (fisher_p, ([0, 100], [50, 0]), "needs responders"),
        (UNPAIRED["mann-whitney-corrected"].p, ([2, 2], [2]), "ranks have no variance"),
    ],
)
def test_what_is_undefined_is_missing_with_its_reason(run, arms, reason):
    assert reason in run(*arms, "two-sided").reason


def test_where_all_labellings_look_alike_an_exact_p_is_1():
    for key in ("permutation", "mann-whitney", "fisher"):
        assert UNPAIRED[key].p([100, 100], [100, 100, 100], "two-sided") == 1


def test_no_ranks_are_left_of_zeros():
    assert "every difference is zero" in signed_rank_normal_p([0, 0], "less", corrected=True).reason
    assert "no pairs" in signed_rank_normal_p([], "less", corrected=True).reason


def test_what_is_too_long_to_count_is_missing_with_the_limit():
    found = permutation_p([math.sqrt(i) for i in range(12)], [math.pi * i for i in range(15)], "two-sided")
    assert found.reason == "values: 12 and 15 given; wanted few enough for 1,048,576 additions of an exact null"


def test_a_t_beyond_floats_has_a_p():
    assert student_p([1e-300, 0], [1e100, 1e100], "greater") == 1
    assert 0 <= student_p([1e-300, 0], [1e100, 1e100], "less") < 1e-100


@pytest.mark.parametrize("key", UNPAIRED)
def test_bad_input_is_refused(key):
    with pytest.raises(Refusal, match="alternative: 'either' given; wanted one of two-sided, less, greater"):
        UNPAIRED[key].p([1, 2], [3], "either")
    with pytest.raises(Refusal, match="number 3 was given as nan"):
        UNPAIRED[key].p([1, 2], [math.nan], "less")


# ---- registries


def test_every_test_has_a_key_of_its_own_and_explains_itself():
    everything = {**UNPAIRED, **PRINTED_PAIRED}
    assert len({*everything, *TESTS}) == len(UNPAIRED) + len(PRINTED_PAIRED) + len(TESTS)
    for key, test in everything.items():
        assert test.key == key
        assert test.help.endswith((".", "?"))
        assert any(part.strip("().").isdigit() for part in test.reference.split())
