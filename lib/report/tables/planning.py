"""Sample size's further tables: what this trial leaves open, and what a plan means in practice."""

from __future__ import annotations

import pandas as pd

from lib.questions.design_answer import effect_words
from lib.questions.pilot_uncertainty import Assurance, NoEvents
from lib.questions.practice import Implied, Pairing
from lib.questions.sample_size import SampleSizeResult
from lib.questions.wording import chance, number, percent, power_words
from lib.report.tables.table import Table, reasoned
from lib.values import Missing, Real


def tables(result: SampleSizeResult) -> tuple[Table, ...]:
    """In the order of the page."""
    return (
        reasoned("spread", SPREAD, result.spread, lambda _: spread(result)),
        reasoned("assurance", ASSURANCE, result.assurance, assurance),
        Table("harms", HARMS, harms(result)),
        Table("rules", RULES, rules(result)),
        Table("implied", IMPLIED, implied(result)),
        reasoned("pairing", PAIRING, result.pairing, lambda _: pairing(result)),
        reasoned("carried", CARRIED, result.carried, lambda _: carried(result)),
    )


SPREAD = "n of a paired t test for the effect planned, by the SD of the differences"
ASSURANCE = "Chance that a paired t test favours the treatment"
HARMS = "Risk of an event of which none was seen"
RULES = "Rules of thumb"
IMPLIED = "People, units and treatments"
PAIRING = "What pairing gains"
CARRIED = "What it costs if the effect carries across"


def spread(result: SampleSizeResult) -> pd.DataFrame:
    """The SD seen and its limits, each with the n that it needs."""
    spread = result.spread
    if isinstance(spread, Missing):
        return pd.DataFrame()
    level = percent(spread.level)
    rows = (
        ("As seen", spread.seen, spread.needed_seen),
        (f"Upper {level} limit (one-sided)", spread.upper, spread.needed_upper),
        (f"{level} limits, lower", spread.low, spread.needed_low),
        (f"{level} limits, upper", spread.high, spread.needed_high),
    )
    return pd.DataFrame(
        [
            {"SD": what, f"in {result.unit}": number(sd), "n for the power wanted": _n(needed)}
            for what, sd, needed in rows
        ]
    )


def _n(needed: int | Missing) -> str:
    return needed.reason if isinstance(needed, Missing) else str(needed)


def _units(row: NoEvents) -> str:
    if isinstance(row.upper_units, Missing):
        return f"– ({row.upper_units.reason})"
    return f"{power_words(row.upper_units)} ({row.units})"


def assurance(found: Assurance) -> pd.DataFrame:
    """Power were this trial the truth, and the power averaged over what may be true, by n."""
    return pd.DataFrame(
        [
            {
                "Pairs": str(row.n),
                "Power, were this trial the truth": "–"
                if isinstance(row.plug_in, Missing)
                else power_words(row.plug_in),
                "Assurance": chance(row.assurance),
            }
            for row in found.rows
        ]
    )


# ---- precision, harms, retention, rules


def harms(result: SampleSizeResult) -> pd.DataFrame:
    """Upper limits of a risk without any event."""
    level = percent(result.harms.level)
    return pd.DataFrame(
        [
            {
                "Without an event in": row.who,
                "Participants": str(row.people),
                f"Upper {level} limit": power_words(row.upper),
                f"If {result.units} were independent": _units(row),
            }
            for row in result.harms.rows
        ]
    )


def rules(result: SampleSizeResult) -> pd.DataFrame:
    """Rules of thumb as context."""
    return pd.DataFrame(
        [
            {
                "Rule": rule.label,
                "Says, for parallel arms": rule.says,
                "To estimate": rule.purpose,
                "Here, per arm": rule.here.reason
                if isinstance(rule.here, Missing)
                else str(rule.here.fewest)
                if rule.here.fewest == rule.here.most
                else f"{rule.here.fewest} to {rule.here.most}",
                "Reference": rule.reference,
            }
            for rule in result.rules
        ]
    )


# ---- practice


def implied(result: SampleSizeResult) -> pd.DataFrame:
    """What the planned and the needed n ask for: a row a thing, so that a telephone shows both beside each other."""
    wanted = [] if isinstance(result.wanted, Missing) else [("n needed", result.wanted)]
    columns = {f"{what}: {of.n}": _implied(of, result) for what, of in (("n planned", result.planned), *wanted)}
    names = next(iter(columns.values())).keys()
    rows = ({"What": name, **{head: column[name] for head, column in columns.items()}} for name in names)
    return pd.DataFrame([row for row in rows if set(list(row.values())[1:]) != {"–"}])


def _implied(of: Implied, result: SampleSizeResult) -> dict[str, str]:
    return {
        "Analysed": str(of.analysed),
        "To enrol": str(of.enrolled),
        "Enough of them stay with": "–" if of.enrolled == of.analysed else power_words(of.enough),
        "To enrol so that enough stay with 90 %": "–" if of.enrolled == of.analysed else str(of.surely),
        f"Treated {result.units}": str(of.treated_units),
        f"Control {result.units}": str(of.control_units),
        "Treatments given, control too": str(of.treatments),
        "Drug at most": "–" if isinstance(of.drug, Missing) else f"{number(of.drug, 6)} {of.drug_unit}",
        "Visits": str(of.visits),
        "Price": "–" if isinstance(of.price, Missing) else f"{of.price:,.0f}",
    }


def pairing(result: SampleSizeResult) -> pd.DataFrame:
    """Participants of a paired and of a parallel plan, by the correlation within a person."""
    found: Pairing | Missing = result.pairing
    if isinstance(found, Missing):
        return pd.DataFrame()
    return pd.DataFrame(
        [
            {
                "ρ within person": number(rho) if not isinstance(rho, Missing) else rho.reason,
                "Participants, paired": _n(needed),
                "Participants, parallel": _n(found.parallel),
                "Paired by parallel": _ratio(needed, found.parallel),
            }
            for rho, needed in zip(found.rho, found.paired, strict=True)
        ]
    )


def _ratio(paired: Real, parallel: Real) -> str:
    if isinstance(paired, Missing) or isinstance(parallel, Missing):
        return "–"
    return percent(round(paired / parallel, 3))


def carried(result: SampleSizeResult) -> pd.DataFrame:
    """What it costs if the effect reaches the control too."""
    if isinstance(result.carried, Missing):
        return pd.DataFrame()
    return pd.DataFrame(
        [
            {
                "Carried across": percent(row.share),
                "Difference left": effect_words(row.effect, result.chosen.unit),
                "n for the power wanted": _n(row.needed),
            }
            for row in result.carried
        ]
    )
