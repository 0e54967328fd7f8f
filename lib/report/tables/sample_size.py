"""Sample size's tables: the plan in numbers, plans kept beside it, and the other designs."""

from __future__ import annotations

import pandas as pd

from lib.design.published_effect import PublishedReading
from lib.design.registry import DESIGNS
from lib.questions.design_answer import (
    Chance,
    DesignAnswer,
    Need,
    chance_words,
    effect_words,
    growth_words,
    limits_words,
)
from lib.questions.printed_effect import sided_readings
from lib.questions.sample_size import SampleSizeResult
from lib.questions.wording import ceiling, number, percent, power_words
from lib.report.tables import planning
from lib.report.tables.table import Table, reasoned
from lib.trial.model import Trial
from lib.values import Missing, Real, known


def tables(result: SampleSizeResult, _trial: Trial) -> tuple[Table, ...]:
    """In the order of the page."""
    return (
        Table("plan", "The plan in numbers", plan(result)),
        *((Table("kept", KEPT, kept(result)),) if result.kept else ()),
        Table("errors", ERRORS, errors(result)),
        *planning.tables(result),
        Table("designs", OTHER_DESIGNS, designs(result)),
        reasoned("printed-effect", PRINTED_EFFECT, result.printed, lambda _: printed_effect(result)),
    )


KEPT, ERRORS = "Plans side by side", "Errors of this plan"
OTHER_DESIGNS, PRINTED_EFFECT = "Designs that need the same inputs", "Readings of the printed detectable effect"


# ---- the plan


def plan(result: SampleSizeResult) -> pd.DataFrame:
    """The facts of the plan as a table."""
    return pd.DataFrame([{"What": what, "Value": value, "Note": note} for what, value, note in facts(result)])


def facts(result: SampleSizeResult) -> tuple[tuple[str, str, str], ...]:
    """What the power wanted needs, then what the planned n gives: name, value and note of each."""
    chosen, n, target = result.chosen, result.plan.n, percent(result.plan.target)
    need = chosen.need
    lost = f"if {percent(result.plan.dropout)} are lost" if result.plan.dropout else "if nobody is lost"
    most = "" if isinstance(need, Missing) or need.most == chosen.needed else "at most, "
    return (
        (f"n for {target} power", whole(chosen.needed), "" if isinstance(need, Missing) else _note(result, need)),
        (f"To enrol, for n = {whole(chosen.needed)}", whole(chosen.enrolled), f"{most}{lost}"),
        (f"Power at n = {n}", _power(chosen.power_at_n), _simulated(chosen.power_at_n)),
        (f"Detectable at n = {n}", effect_words(chosen.detectable, chosen.unit), f"with {target} power"),
    )


def _power(chance: Chance | Missing) -> str:
    return "–" if isinstance(chance, Missing) else power_words(chance.value)


def _simulated(chance: Chance | Missing) -> str:
    if isinstance(chance, Missing):
        return chance.reason
    if not chance.trials:
        return "exact"
    return f"{limits_words(chance)}, {chance.trials:,} trials simulated"


def _note(result: SampleSizeResult, need: Need) -> str:
    """How sure n is, what it counts, and what it gives."""
    chosen, told = result.chosen, []
    if not isinstance(result.band, Missing):
        ends = " to ".join(whole(end) for end in (result.band.needed_low, result.band.needed_high))
        told.append(f"{ends} within the {percent(result.band.level)} limits of this trial's SD")
    told.append(chosen.n_counts)
    if known(need.power):
        told.append(f"power {power_words(need.power.value)}")
    if need.low != need.high:
        told.append(f"as far as simulated, {need.low} to {need.high}")
    elif need.stays_until != chosen.needed:
        told.append(f"and at every larger n looked at, to {need.stays_until}")
    if need.most != chosen.needed:
        told.append(growth_words(need))
    return "; ".join(told)


def whole(count: int | Missing) -> str:
    """A count, or that there is none."""
    return "none" if isinstance(count, Missing) else str(count)


# ---- significance that misleads


def errors(result: SampleSizeResult) -> pd.DataFrame:
    """What a significant result of this plan would be worth, and what a plan that may end early or grow comes to."""
    chosen, plan = result.chosen, result.plan
    alike = {"categories": "if both arms improve as the control", "response": "if both arms respond as the control"}
    where = alike.get(DESIGNS[chosen.key].model, "if the treatment does nothing")
    over = "over all shares of responders, the same in both arms"
    over += ", and all correlations within a person" if DESIGNS[chosen.key].within else ""
    rows = [
        (f"Type I error at n = {plan.n}", _percent_of(chosen.size), f"{where}; {percent(plan.alpha)} is planned"),
        ("Largest type I error", _share(chosen.size_most), over),
        (
            "Wrong direction (type S)",
            _wrong(chosen.wrong_sign),
            _of("of the results that are significant", chosen.wrong_sign),
        ),
        (
            "Exaggeration (type M)",
            _times(chosen.exaggeration),
            _of("a significant estimate, on average, over the truth", chosen.exaggeration),
        ),
        ("Standardised effect", number(chosen.standardised), f"over the SD of {DESIGNS[chosen.key].compared}"),
        ("Mean n at the end", number(chosen.expected_n), f"{chosen.n_counts}; if the effect is as planned"),
        ("Mean n without an effect", number(chosen.expected_null), chosen.n_counts),
    ]
    missing = (chosen.size_most, chosen.standardised, chosen.expected_n, chosen.expected_null)
    left_out = {name for name, value in zip((1, 4, 5, 6), missing, strict=True) if isinstance(value, Missing)}
    return pd.DataFrame(
        [{"What": what, "Value": told, "Of": of} for i, (what, told, of) in enumerate(rows) if i not in left_out]
    )


def _percent_of(chance: Chance | Missing) -> str:
    if isinstance(chance, Missing):
        return chance.reason
    limits = f" ({100 * chance.low:.1f} to {100 * chance.high:.1f} %)" if chance.trials else ""
    return f"{100 * chance.value:.2f} %{limits}"


def _share(share: Real) -> str:
    return share.reason if isinstance(share, Missing) else "under 0.01 %" if share < 1e-4 else f"{100 * share:.2f} %"


def _wrong(chance: Chance | Missing) -> str:
    """A share with its limits; where next to none or none was seen, what it lies under."""
    if isinstance(chance, Missing) or chance.value < 1e-4:
        rare = chance if isinstance(chance, Missing) else chance.high
        return f"under {ceiling(100 * rare, 2)} %" if known(rare) and rare >= 1e-4 else _share(rare)
    limits = f" ({100 * chance.low:.2f} to {100 * chance.high:.2f} %)" if chance.trials else ""
    return f"{100 * chance.value:.2f} %{limits}"


def _times(factor: Chance | Missing) -> str:
    if isinstance(factor, Missing):
        return factor.reason
    return f"× {factor.value:.2f}" + (f" ({factor.low:.2f} to {factor.high:.2f})" if factor.trials else "")


def _of(what: str, chance: Chance | Missing) -> str:
    """What it is of, and of how many simulated ones."""
    return what if isinstance(chance, Missing) or not chance.trials else f"{what}; {chance.trials:,} simulated"


# ---- plans kept


def kept(result: SampleSizeResult) -> pd.DataFrame:
    """The present plan first; every row names its design, and what else is not as by default."""
    rows = [(f"Present: {result.present}", result.chosen, result.plan.dropout)]
    for index, plan in enumerate(result.kept, start=1):
        lost = 0.0 if isinstance(plan.inputs, Missing) else plan.inputs.plan.dropout
        rows.append((f"{index}: {plan.label}", plan.answer, lost))  # type: ignore[arg-type]
    return pd.DataFrame([{"Plan": label, **_numbers(answer, lost)} for label, answer, lost in rows])


KEPT_COLUMNS = ("Effect", "Power at n", "n needed", "Participants", "Share lost", "To enrol", "Detectable", "True α")


def _numbers(answer: DesignAnswer | Missing, lost: float) -> dict[str, str]:
    if isinstance(answer, Missing):
        return {"n": answer.reason, **dict.fromkeys(KEPT_COLUMNS, "–")}
    told = (
        effect_words(answer.effect, answer.unit),
        chance_words(answer.power_at_n),
        whole(answer.needed),
        whole(answer.participants),
        percent(lost),
        whole(answer.enrolled),
        effect_words(answer.detectable, answer.unit),
        _percent_of(answer.size),
    )
    return {"n": f"{answer.n} {answer.n_counts}", **dict(zip(KEPT_COLUMNS, told, strict=True))}


# ---- other designs


def designs(result: SampleSizeResult) -> pd.DataFrame:
    """One row a design."""
    return pd.DataFrame([_design(design, result) for design in (result.chosen, *result.others)])


def _design(design: DesignAnswer, result: SampleSizeResult) -> dict[str, str]:
    return {
        "Design": design.label,
        "n counts": design.n_counts,
        f"Power at n = {result.plan.n}": _power(design.power_at_n),
        f"n for {percent(result.plan.target)}": whole(design.needed),
        "Participants": whole(design.participants),
        "To enrol": whole(design.enrolled),
        f"Detectable at n = {result.plan.n}": effect_words(design.detectable, design.unit),
        "True α": _percent_of(design.size),
    }


# ---- the printed effect


def printed_effect(result: SampleSizeResult) -> pd.DataFrame:
    """Each design's reading of the printed detectable effect, two-sided and one-sided."""
    if isinstance(result.printed, Missing):
        return pd.DataFrame()
    printed = number(result.printed.printed)
    return pd.DataFrame(
        [
            {
                "Design": row.label,
                "Sides": sides.lower(),
                "The printed SD read as": row.basis,
                "Detectable effect": number(row.detectable, 5),
                f"Rounds to {printed}": "✓" if row.prints else "no",
                f"As SD per {result.measured_on}, ρ needed": _rho(row),
            }
            for sides, row in sided_readings(result.printed)
        ]
    )


def _rho(row: PublishedReading) -> str:
    if isinstance(row.rho, Missing):
        return "–"
    return f"{number(row.rho.low, 2)} to {number(row.rho.high, 2)}"
