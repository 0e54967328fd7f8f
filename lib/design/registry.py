"""The designs that can be planned: adding one is adding an entry to `DESIGNS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lib.design import answers
from lib.design.design import Design
from lib.design.doses import trend_sd
from lib.design.engines import PlanByPlan
from lib.design.models import MODELS
from lib.design.plan import Plan
from lib.design.rejection import Rejection
from lib.design.several_units import several_units_sd
from lib.design.t_designs import PAIRED_T, TWO_SAMPLE_T, TDesign
from lib.errors import Refusal

PAIRS, PER_ARM = "pairs (participants)", "participants per arm"
NORMAL_PAIRED = ("effect", "sd", "rho", "sides")
CATEGORIES_PAIRED = ("treated", "control", "rho", "sides")
SIMULATED = ("seed", "width")

COHEN = "Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, 2nd ed., ch. 2"
HILTON = "Hilton & Mehta 1993, Biometrics 49:609-616"
BENNETT = "Bennett & Hsu 1960, Biometrika 47:393-398"


def _by_plan(
    answer: Callable[[Plan], Rejection], model: str, reads: tuple[str, ...], limit: int, **more: Any
) -> PlanByPlan:
    return PlanByPlan(answer, MODELS[model], reads, limit, **more)


def _one_dose_each(plan: Plan) -> tuple[int, int]:
    """One unit without the drug, one for each dose of it."""
    return len(plan.scores) - 1, 1


NORMAL_WITHIN = (
    Design(
        key="paired-t",
        label="Within person, paired t test",
        help="One unit of each participant is treated and one is control; the test is a t test of the differences.",
        test="paired t test",
        references=(COHEN,),
        model="normal",
        reads=NORMAL_PAIRED,
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=PAIRED_T,
        reads_printed=True,
    ),
    Design(
        key="paired-sign-flip",
        label="Within person, sign-flip test",
        help="The exact test of the mean that swaps sides within participants; differences are simulated as normal.",
        test="sign-flip (permutation) test of the mean difference",
        references=("Fisher 1935, The Design of Experiments, section 21", "Phipson & Smyth 2010, SAGMB 9:39"),
        model="normal",
        reads=(*NORMAL_PAIRED, *SIMULATED),
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=_by_plan(answers.sign_flip, "normal", (*NORMAL_PAIRED, *SIMULATED), 200, simulated=True),
        method="simulated",
        quick=False,
    ),
    Design(
        key="paired-signed-rank",
        label="Within person, signed-rank test",
        help="Wilcoxon's exact test of the ranks of the differences, which are normal; exact to 100 pairs.",
        test="exact Wilcoxon signed-rank test",
        references=("Wilcoxon 1945, Biometrics Bull 1:80-83", "Hollander, Wolfe & Chicken 2014, ch. 3"),
        model="normal",
        reads=(*NORMAL_PAIRED, *SIMULATED),
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=_by_plan(answers.signed_rank, "normal", (*NORMAL_PAIRED, *SIMULATED), 1000),
        method="mixed",
        quick=False,
    ),
    Design(
        key="paired-sign",
        label="Within person, sign test",
        help="Counts in how many participants the treated unit did better; exact, for normal differences.",
        test="exact sign test",
        references=("Dixon 1953, Ann Math Stat 24:467-473",),
        model="normal",
        reads=NORMAL_PAIRED,
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=_by_plan(answers.sign, "normal", NORMAL_PAIRED, 1000),
    ),
    Design(
        key="several-units",
        label="Within person, several units per arm",
        help="Several units of each participant are treated and as many are control; t test of the persons' means.",
        test="paired t test of each participant's arm means",
        references=("Donner & Klar 2000, Design and Analysis of Cluster Randomization Trials, ch. 5", COHEN),
        model="normal",
        reads=(*NORMAL_PAIRED, "units", "icc"),
        n_counts="participants",
        arms=1,
        within=True,
        engine=TDesign(lambda plan: several_units_sd(plan.sd, plan.rho, plan.units, plan.icc), lambda plan, n: n - 1),
        units=lambda plan: (plan.units, plan.units),
    ),
    Design(
        key="doses-trend",
        label="Within person, several doses: trend",
        help="One unit for each dose, none included; linear contrast in the dose scores with its own variance (n − 1).",
        test="t test of each participant's linear contrast over the doses (n − 1 degrees of freedom)",
        references=("Rosenthal, Rosnow & Rubin 2000, Contrasts and Effect Sizes, ch. 5", COHEN),
        model="normal",
        reads=(*NORMAL_PAIRED, "scores"),
        n_counts="participants",
        arms=1,
        within=True,
        engine=TDesign(lambda plan: trend_sd(plan.scores, plan.sd, plan.rho), lambda plan, n: n - 1),
        units=_one_dose_each,
    ),
    Design(
        key="doses-pooled",
        label="Within person, several doses: trend, compound symmetry",
        help="The same contrast with the error pooled over all doses: (n − 1)(k − 1) degrees of freedom, if ρ is one.",
        test="t test of the linear contrast over the doses with pooled error ((n − 1)(k − 1) degrees of freedom)",
        references=("Rosenthal, Rosnow & Rubin 2000, Contrasts and Effect Sizes, ch. 5", COHEN),
        model="normal",
        reads=(*NORMAL_PAIRED, "scores"),
        n_counts="participants",
        arms=1,
        within=True,
        engine=TDesign(
            lambda plan: trend_sd(plan.scores, plan.sd, plan.rho), lambda plan, n: (n - 1) * (len(plan.scores) - 1)
        ),
        units=_one_dose_each,
    ),
    Design(
        key="doses-global",
        label="Within person, several doses: any difference",
        help="F test of any difference between the doses, under compound symmetry; effects rise with the scores.",
        test="repeated-measures analysis of variance, F test of dose (compound symmetry)",
        references=("Winer, Brown & Michels 1991, Statistical Principles in Experimental Design, 3rd ed., ch. 4",),
        model="normal",
        reads=("effect", "sd", "rho", "scores"),
        n_counts="participants",
        arms=1,
        within=True,
        engine=_by_plan(answers.doses_global, "normal", ("effect", "sd", "rho", "scores"), 10_000, monotone=True),
        units=_one_dose_each,
    ),
    Design(
        key="doses-hotelling",
        label="Within person, several doses: any difference, T²",
        help="Hotelling's T² of any difference, which assumes no pattern of correlation; wants n ≥ doses.",
        test="Hotelling's T² test of dose",
        references=("Anderson 2003, An Introduction to Multivariate Statistical Analysis, 3rd ed., ch. 5",),
        model="normal",
        reads=("effect", "sd", "rho", "scores"),
        n_counts="participants",
        arms=1,
        within=True,
        engine=_by_plan(
            answers.doses_hotelling,
            "normal",
            ("effect", "sd", "rho", "scores"),
            10_000,
            least=lambda plan: len(plan.scores),
            monotone=True,
        ),
        units=_one_dose_each,
    ),
    Design(
        key="sequential-pocock",
        label="Within person, group-sequential (Pocock)",
        help="Tested after equal steps with one nominal level; levels are turned into t, as z is not valid for so few.",
        test="group-sequential paired t test (Pocock's nominal levels)",
        references=(
            "Pocock 1977, Biometrika 64:191-199",
            "Jennison & Turnbull 2000, Group Sequential Methods, ch. 2-4",
        ),
        model="normal",
        reads=(*NORMAL_PAIRED, "looks", *SIMULATED),
        n_counts="pairs (participants) at most",
        arms=1,
        within=True,
        engine=_by_plan(
            answers.pocock,
            "normal",
            (*NORMAL_PAIRED, "looks", *SIMULATED),
            1000,
            least=lambda plan: plan.looks + 1,  # so that the first look has two pairs
        ),
        method="mixed",
        quick=False,
    ),
    Design(
        key="sequential-obrien-fleming",
        label="Within person, group-sequential (O'Brien–Fleming)",
        help="Tested after equal steps, hard to stop early; levels are turned into t, as z is not valid for so few.",
        test="group-sequential paired t test (O'Brien and Fleming's nominal levels)",
        references=("O'Brien & Fleming 1979, Biometrics 35:549-556", "Jennison & Turnbull 2000, ch. 2-4"),
        model="normal",
        reads=(*NORMAL_PAIRED, "looks", *SIMULATED),
        n_counts="pairs (participants) at most",
        arms=1,
        within=True,
        engine=_by_plan(
            answers.obrien_fleming,
            "normal",
            (*NORMAL_PAIRED, "looks", *SIMULATED),
            1000,
            least=lambda plan: plan.looks + 1,  # so that the first look has two pairs
        ),
        method="mixed",
        quick=False,
    ),
    Design(
        key="reestimated-blinded",
        label="Within person, n re-estimated blinded",
        help="After a share of n the SD is estimated from Σd²/n, which holds the effect, and n chosen anew; then t.",
        test="paired t test after blinded sample-size re-estimation",
        references=("Wittes & Brittain 1990, Stat Med 9:65-72", "Kieser & Friede 2003, Stat Med 22:3571-3581"),
        model="normal",
        reads=(*NORMAL_PAIRED, "interim", "replan_for", "growth", "target", *SIMULATED),
        n_counts="pairs (participants) planned at first",
        arms=1,
        within=True,
        engine=_by_plan(
            answers.blinded,
            "normal",
            (*NORMAL_PAIRED, "interim", "replan_for", "growth", "target", *SIMULATED),
            500,
            least=answers.fewest_planned(1),
            simulated=True,
        ),
        growth=lambda plan: plan.growth,
        method="simulated",
        quick=False,
    ),
    Design(
        key="reestimated-unblinded",
        label="Within person, n re-estimated unblinded",
        help="After a share of n the SD is seen and n chosen anew; both parts are combined with weights fixed before.",
        test="inverse-normal combination of two stages' paired t tests after unblinded sample-size re-estimation",
        references=("Lehmacher & Wassmer 1999, Biometrics 55:1286-1290", "Bauer & Köhne 1994, Biometrics 50:1029-1041"),
        model="normal",
        reads=(*NORMAL_PAIRED, "interim", "replan_for", "growth", "target", *SIMULATED),
        n_counts="pairs (participants) planned at first",
        arms=1,
        within=True,
        engine=_by_plan(
            answers.unblinded,
            "normal",
            (*NORMAL_PAIRED, "interim", "replan_for", "growth", "target", *SIMULATED),
            500,
            least=answers.fewest_planned(2),
            simulated=True,
        ),
        growth=lambda plan: plan.growth,
        method="simulated",
        quick=False,
    ),
)

NORMAL_PARALLEL = (
    Design(
        key="two-sample-t",
        label="Parallel arms, two-sample t test",
        help="Each participant is treated or control; the test is a t test with pooled variance.",
        test="two-sample t test with pooled variance",
        references=(COHEN,),
        model="normal",
        reads=("effect", "sd", "sides"),
        n_counts=PER_ARM,
        arms=2,
        within=False,
        engine=TWO_SAMPLE_T,
        reads_printed=True,
    ),
    Design(
        key="parallel-ancova",
        label="Parallel arms, baseline as covariate",
        help="Each participant is treated or control; the outcome is adjusted for its baseline.",
        test="analysis of covariance with baseline as covariate",
        references=("Shieh 2020, Psychometrika 85:101-120", "Senn 2006, Stat Med 25:4334-4344"),
        model="normal",
        reads=("effect", "sd", "rho_baseline", "sides"),
        n_counts=PER_ARM,
        arms=2,
        within=False,
        engine=_by_plan(answers.ancova, "normal", ("effect", "sd", "rho_baseline", "sides"), 10_000, monotone=True),
    ),
)

CATEGORIES = (
    Design(
        key="ordinal-t",
        label="Categories within person, paired t test",
        help="Exact power of the t test on whole categories, not taken for normal; equal differences have no t.",
        test="paired t test",
        references=("Heeren & D'Agostino 1987, Stat Med 6:79-90", HILTON),
        model="categories",
        reads=CATEGORIES_PAIRED,
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=_by_plan(answers.categories_t, "categories", CATEGORIES_PAIRED, 200),
        quick=False,
    ),
    Design(
        key="ordinal-sign-flip",
        label="Categories within person, sign-flip test",
        help="The exact test of the mean that swaps sides within participants, on whole categories.",
        test="sign-flip (permutation) test of the mean difference",
        references=("Fisher 1935, The Design of Experiments, section 21", HILTON),
        model="categories",
        reads=(*CATEGORIES_PAIRED, *SIMULATED),
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=_by_plan(answers.categories_sign_flip, "categories", (*CATEGORIES_PAIRED, *SIMULATED), 200),
        method="mixed",
        quick=False,
    ),
    Design(
        key="ordinal-signed-rank",
        label="Categories within person, signed-rank test",
        help="Wilcoxon's exact test with ties and zeros (zeros leave), on whole categories.",
        test="exact Wilcoxon signed-rank test (zeros dropped)",
        references=("Wilcoxon 1945, Biometrics Bull 1:80-83", HILTON),
        model="categories",
        reads=(*CATEGORIES_PAIRED, *SIMULATED),
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=_by_plan(answers.categories_signed_rank, "categories", (*CATEGORIES_PAIRED, *SIMULATED), 200),
        method="mixed",
        quick=False,
    ),
    Design(
        key="ordinal-sign",
        label="Categories within person, sign test",
        help="Counts who did better on the treated unit; equal improvement says nothing.",
        test="exact sign test",
        references=("Dixon 1953, Ann Math Stat 24:467-473", HILTON),
        model="categories",
        reads=CATEGORIES_PAIRED,
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=_by_plan(answers.categories_sign, "categories", CATEGORIES_PAIRED, 1000),
    ),
    Design(
        key="parallel-ordinal",
        label="Parallel arms, categories, Wilcoxon–Mann–Whitney",
        help="Each participant is treated or control; exact test of the ranks with ties.",
        test="exact Wilcoxon–Mann–Whitney test",
        references=("Mann & Whitney 1947, Ann Math Stat 18:50-60", HILTON),
        model="categories",
        reads=("treated", "control", "sides", *SIMULATED),
        n_counts=PER_ARM,
        arms=2,
        within=False,
        engine=_by_plan(
            answers.categories_parallel,
            "categories",
            ("treated", "control", "sides", *SIMULATED),
            100,
            tolerance=1e-3,
        ),
        method="mixed",
        quick=False,
    ),
)

RESPONDERS = (
    Design(
        key="responders-mcnemar",
        label="Responders within person, exact McNemar test",
        help="Exact power over all numbers of discordant pairs of the exact conditional McNemar test.",
        test="exact conditional McNemar test",
        references=("McNemar 1947, Psychometrika 12:153-157", "Duffy 1984, Biometrics 40:1005-1015"),
        model="response",
        reads=("responds_treated", "responds_control", "rho", "sides"),
        n_counts=PAIRS,
        arms=1,
        within=True,
        engine=_by_plan(answers.mcnemar, "response", ("responds_treated", "responds_control", "rho", "sides"), 1000),
        largest_size=answers.mcnemar_largest,
    ),
    Design(
        key="parallel-fisher",
        label="Parallel arms, responders, Fisher's exact test",
        help="Each participant is treated or control; exact power of the conditional test of two proportions.",
        test="Fisher's exact test",
        references=("Fisher 1935, J R Stat Soc 98:39-82", BENNETT),
        model="response",
        reads=("responds_treated", "responds_control", "sides"),
        n_counts=PER_ARM,
        arms=2,
        within=False,
        engine=_by_plan(answers.fisher, "response", ("responds_treated", "responds_control", "sides"), 200),
        largest_size=answers.fisher_largest,
        quick=False,
    ),
    Design(
        key="parallel-boschloo",
        label="Parallel arms, responders, Boschloo's test",
        help="Fisher's p as the order of the tables, and the level used up: never less power than Fisher's test.",
        test="Boschloo's exact unconditional test (twice the smaller one-sided p where two-sided)",
        references=("Boschloo 1970, Stat Neerl 24(1)", BENNETT),
        model="response",
        reads=("responds_treated", "responds_control", "sides"),
        n_counts=PER_ARM,
        arms=2,
        within=False,
        engine=_by_plan(answers.boschloo, "response", ("responds_treated", "responds_control", "sides"), 100),
        largest_size=answers.boschloo_largest,
        quick=False,
    ),
)

DESIGNS: dict[str, Design] = {
    design.key: design for design in (*NORMAL_WITHIN, *NORMAL_PARALLEL, *CATEGORIES, *RESPONDERS)
}


def design_named(key: str) -> Design:
    """The design of that key; Refusal, listing those that exist, where there is none."""
    if key not in DESIGNS:
        raise Refusal(f"design: {key!r} given; wanted one that exists: {', '.join(DESIGNS)}")
    return DESIGNS[key]
