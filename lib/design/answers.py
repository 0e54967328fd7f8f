"""From a plan to each method's own arguments: one small function a design, Plan → Rejection."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import count
from math import ceil, floor

from lib.design.ancova import ancova_power
from lib.design.doses import global_power, hotelling_power, linear_means
from lib.design.group_sequential import Kind
from lib.design.ordinal_model import difference_probabilities, discordant, joint_table
from lib.design.ordinal_paired import ordinal_sign, ordinal_sign_flip, ordinal_signed_rank, ordinal_t
from lib.design.ordinal_parallel import wmw_power
from lib.design.paired_kernels import MOST_FLIPS, SignedRank, SignFlip
from lib.design.paired_powers import MOST_RANKED, sign_power, signed_rank_power
from lib.design.plan import SMALLEST_N, FloatArray, Plan
from lib.design.reestimation import blinded_kernel, interim_pairs, unblinded_kernel
from lib.design.rejection import Rejection, exact_rejection, undirected_rejection
from lib.design.responders import mcnemar_largest_size, mcnemar_power
from lib.design.sequential_t import sequential_t_exact, sequential_t_kernel
from lib.design.simulate import Kernel, simulate
from lib.design.t_designs import sd_of_pair_difference
from lib.design.two_proportions import boschloo_largest_size, boschloo_power, fisher_largest_size, fisher_power

TWO_LOOKS = 2

# ---- within person, normal


def sign(plan: Plan) -> Rejection:
    return sign_power(plan.effect, sd_of_pair_difference(plan), plan.n, plan.alpha, plan.sides)


def sign_flip(plan: Plan) -> Rejection:
    """Simulated; without an effect known while all flips are taken, each rank among them being equally likely."""
    if plan.effect == 0 and 2 ** (plan.n - 1) <= MOST_FLIPS:
        size = _sign_flip_size(plan)
        return exact_rejection(size / plan.sides, size / 2 if plan.sides == 2 else 0.0)
    kernel = SignFlip(plan.n, plan.effect, sd_of_pair_difference(plan), plan.alpha, plan.sides)
    return simulate(kernel, plan.seed, plan.width)


def _sign_flip_size(plan: Plan) -> float:
    """⌊α·m⌋/m, m being how many values p can have: as many as flips, or as half of them where two-sided."""
    values = 2**plan.n // plan.sides
    return float(floor(Fraction(repr(float(plan.alpha))) * values) / values)


def signed_rank(plan: Plan) -> Rejection:
    spread = sd_of_pair_difference(plan)
    if plan.n <= MOST_RANKED:
        return signed_rank_power(plan.effect, spread, plan.n, plan.alpha, plan.sides)
    return simulate(SignedRank(plan.n, plan.effect, spread, plan.alpha, plan.sides), plan.seed, plan.width)


def sequential(plan: Plan, kind: Kind) -> Rejection:
    """Two looks are integrated; more are simulated."""
    spread = sd_of_pair_difference(plan)
    if plan.looks == TWO_LOOKS:
        return sequential_t_exact(plan.n, plan.effect, spread, plan.alpha, plan.sides, kind)
    kernel = sequential_t_kernel(plan.n, plan.effect, spread, plan.alpha, plan.sides, kind, plan.looks)
    return simulate(kernel, plan.seed, plan.width, varying_n=True)


def pocock(plan: Plan) -> Rejection:
    return sequential(plan, "pocock")


def obrien_fleming(plan: Plan) -> Rejection:
    return sequential(plan, "obrien-fleming")


# ---- several doses within person


def _dose_means(plan: Plan) -> tuple[float, ...]:
    """The effect spread over the doses in proportion to their scores."""
    return tuple(linear_means(plan.effect, plan.scores).tolist())


def doses_global(plan: Plan) -> Rejection:
    """The F test has no direction."""
    return undirected_rejection(float(global_power(_dose_means(plan), plan.sd, plan.rho, plan.n, plan.alpha)))


def doses_hotelling(plan: Plan) -> Rejection:
    """T² has no direction either."""
    return undirected_rejection(float(hotelling_power(_dose_means(plan), plan.sd, plan.rho, plan.n, plan.alpha)))


# ---- parallel arms, normal


def ancova(plan: Plan) -> Rejection:
    """Each direction by itself at its own share of alpha."""

    def one_sided(effect: float) -> float:
        return float(ancova_power(effect, plan.sd, plan.rho_baseline, plan.n, plan.alpha / plan.sides, 1))

    return exact_rejection(one_sided(plan.effect), one_sided(-plan.effect) if plan.sides == 2 else 0.0)


# ---- within person, ordered categories


def _differences(plan: Plan) -> tuple[float, ...]:
    found: FloatArray = difference_probabilities(joint_table(plan.treated, plan.control, plan.rho))
    return tuple(found.tolist())


def categories_t(plan: Plan) -> Rejection:
    return ordinal_t(_differences(plan), plan.n, plan.alpha, plan.sides)


def categories_sign_flip(plan: Plan) -> Rejection:
    return ordinal_sign_flip(_differences(plan), plan.n, plan.alpha, plan.sides, seed=plan.seed, width=plan.width)


def categories_signed_rank(plan: Plan) -> Rejection:
    return ordinal_signed_rank(_differences(plan), plan.n, plan.alpha, plan.sides, seed=plan.seed, width=plan.width)


def categories_sign(plan: Plan) -> Rejection:
    return ordinal_sign(_differences(plan), plan.n, plan.alpha, plan.sides)


# ---- parallel arms, ordered categories


def categories_parallel(plan: Plan) -> Rejection:
    return wmw_power(plan.treated, plan.control, plan.n, plan.alpha, plan.sides, seed=plan.seed, width=plan.width)


# ---- responders


def mcnemar(plan: Plan) -> Rejection:
    p10, p01 = discordant(plan.responds_treated, plan.responds_control, plan.rho)
    return mcnemar_power(p10, p01, plan.n, plan.alpha, plan.sides)


def mcnemar_largest(plan: Plan) -> float:
    return mcnemar_largest_size(plan.n, plan.alpha, plan.sides)


def fisher(plan: Plan) -> Rejection:
    return fisher_power(plan.responds_treated, plan.responds_control, plan.n, plan.alpha, plan.sides)


def boschloo(plan: Plan) -> Rejection:
    return boschloo_power(plan.responds_treated, plan.responds_control, plan.n, plan.alpha, plan.sides)


def fisher_largest(plan: Plan) -> float:
    return fisher_largest_size(plan.n, plan.alpha, plan.sides)


def boschloo_largest(plan: Plan) -> float:
    return boschloo_largest_size(plan.n, plan.alpha, plan.sides)


# ---- n looked at again


def blinded(plan: Plan) -> Rejection:
    return _reestimated(plan, blinded_kernel)


def unblinded(plan: Plan) -> Rejection:
    return _reestimated(plan, unblinded_kernel)


def _reestimated(plan: Plan, make: Callable[..., Kernel]) -> Rejection:
    kernel = make(
        n=plan.n,
        share=plan.interim,
        most=ceil(plan.growth * plan.n),
        planned_effect=plan.replan_for,
        effect=plan.effect,
        sd_difference=sd_of_pair_difference(plan),
        target=plan.target,
        alpha=plan.alpha,
        sides=plan.sides,
    )
    return simulate(kernel, plan.seed, plan.width, varying_n=True)


def fewest_planned(second: int) -> Callable[[Plan], int]:
    """The smallest n planned that leaves so many pairs after the interim look."""
    return lambda plan: next(n for n in count(SMALLEST_N + 1) if n - interim_pairs(n, plan.interim) >= second)
