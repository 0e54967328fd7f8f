"""The functions by which a statement can be recomputed, as claims.csv names them. To add one: an entry here."""

from __future__ import annotations

from lib.questions.ledger import attributes, inference, people, printed_numbers, responses, units
from lib.questions.ledger.people import COUNTED
from lib.questions.ledger.working import Recomputation

_OUTCOME = {"outcome": "a key of [[outcomes]]", "rater": "one of its raters"}
_ATTRIBUTE = {"attribute": "a key of [[attributes]]"}

RECOMPUTATIONS: dict[str, Recomputation] = {
    entry.key: entry
    for entry in (
        Recomputation(
            "arithmetic",
            "The same from other printed numbers.",
            printed_numbers.arithmetic,
            {
                "expression": "keys of reported.csv with + - * / and parentheses",
                "also": "another way to count, told where it prints something else",
                "because": "what is counted otherwise there",
            },
        ),
        Recomputation(
            "within",
            "Whether printed numbers lie within bounds.",
            printed_numbers.within,
            {
                "expression": "as for arithmetic",
                "low": "an expression",
                "above": "an expression",
                "high": "an expression",
            },
        ),
        Recomputation(
            "same",
            "What another place of the paper prints for it.",
            printed_numbers.same,
            {"as": "the key of another claim, or of reported.csv"},
        ),
        Recomputation(
            "elsewhere",
            "About other people, products or papers: not in this folder.",
            printed_numbers.elsewhere,
            {"about": "what it is about, where reported.csv names no population"},
        ),
        Recomputation(
            "statistic",
            "The printed aggregate from individual data, over all enrolled and over those analysed.",
            people.statistic,
            {},
        ),
        Recomputation(
            "flow",
            "Participants to whom this happened.",
            people.flow,
            {"event": "an event of disposition.csv", "unlike": "another event, told where it counts others"},
        ),
        Recomputation(
            "count",
            "How many there are.",
            people.count,
            {"of": f"one of {', '.join(COUNTED)}", "says": "how many the words mean, where no number is printed"},
        ),
        Recomputation("units-each", "Units of each participant.", people.units_each, {}),
        Recomputation("duration", "From baseline to the final visit.", people.duration, {}),
        Recomputation(
            "attribute",
            "One participant's attribute in the tables.",
            attributes.attribute,
            {"participant": "who", **_ATTRIBUTE},
        ),
        Recomputation(
            "eligible",
            "Whether everybody lies within printed bounds.",
            attributes.eligible,
            {**_ATTRIBUTE, "low": "a key of reported.csv", "high": "a key of reported.csv"},
        ),
        Recomputation(
            "mentions",
            "Whether each participant has one of these, and each of these somebody.",
            attributes.mentions,
            {**_ATTRIBUTE, "any": "words with | between them"},
        ),
        Recomputation(
            "lost",
            "Whether exactly those who are described were lost, and when.",
            attributes.lost,
            {**_ATTRIBUTE, "level": "its value", "visit": "the last visit before the loss"},
        ),
        Recomputation(
            "extreme-attribute",
            "Who has the lowest or highest number.",
            attributes.extreme_attribute,
            {**_ATTRIBUTE, "end": "low or high"},
        ),
        Recomputation(
            "unit-value",
            "One unit's value in the tables.",
            units.value,
            {"unit": "which", "visit": "when", **_OUTCOME},
        ),
        Recomputation(
            "unit-values",
            "The value that all units of some participants have.",
            units.values,
            {"participants": "who, with | between them", "visits": "when, with | between them", **_OUTCOME},
        ),
        Recomputation(
            "unit-change",
            "One unit's change from its measured values.",
            units.change,
            {
                "unit": "which",
                "change": "absolute or percent",
                **_OUTCOME,
                "cell": "unit/visit/outcome/rater/scale of the printed change, where measurements.csv has it",
            },
        ),
        Recomputation(
            "final-from-percent",
            "One unit's final value from its baseline and its printed percentage.",
            units.final_from_percent,
            {"unit": "which", **_OUTCOME},
        ),
        Recomputation(
            "scored-at",
            "At how many visits every rater's values are published.",
            units.scored_at,
            {"outcome": "a key of [[outcomes]]"},
        ),
        Recomputation(
            "levels",
            "Whether every published score is one of the categories.",
            units.levels,
            {"outcome": "a key of [[outcomes]]"},
        ),
        Recomputation(
            "in-range",
            "One unit's baseline against the printed range of its arm.",
            units.in_range,
            {"unit": "which", **_OUTCOME},
        ),
        Recomputation("range-end", "The lowest or highest published baseline of an arm.", units.range_end, {}),
        Recomputation(
            "smallest-unit",
            "The smallest baseline, or whose it is.",
            units.smallest_unit,
            _OUTCOME,
        ),
        Recomputation(
            "improved-in-all",
            "Participants whose treated unit improved in every outcome listed.",
            responses.improved_in_all,
            {"outcomes": "outcome:rater, with | between them"},
        ),
        Recomputation(
            "changed",
            "Units of an arm that became better or worse.",
            responses.changed,
            {**_OUTCOME, "arm": "which", "direction": "better or worse"},
        ),
        Recomputation(
            "lower-by",
            "Whether one rater scores lower than another.",
            responses.lower_by,
            {**_OUTCOME, "than": "another rater", "visit": "when"},
        ),
        Recomputation(
            "largest-response",
            "Whose treated unit improved most in percent.",
            responses.largest_response,
            _OUTCOME,
        ),
        Recomputation("p-value", "The P of values at a visit by the paired t test.", inference.p_value, {}),
        Recomputation(
            "no-difference",
            "Whether the means of both arms at a visit are the same.",
            inference.no_difference,
            {**_OUTCOME, "visit": "when"},
        ),
        Recomputation(
            "announced-p",
            "The p of the analysis that the Methods announce, beside a printed P.",
            inference.announced_p,
            {**_OUTCOME, "change": "how it is expressed", "test": "a paired test"},
        ),
        Recomputation(
            "not-significant",
            "Whether a printed P lies above α, and whether an exact one could have fallen below.",
            inference.not_significant,
            {"p": "a key of reported.csv", "alpha": "a key of reported.csv"},
        ),
        Recomputation(
            "detectable",
            "The printed detectable effect by each design, at the printed inputs.",
            inference.detectable,
            {},
        ),
        Recomputation(
            "mean-without-data",
            "Which numbers of people whole scores with this mean can come from.",
            inference.mean_without_data,
            {},
        ),
        Recomputation("events", "Adverse events in the folder.", inference.events, {}),
    )
}
"""Function of claims.csv → how it recomputes."""
