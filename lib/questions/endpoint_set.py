"""The endpoints of a trial, and the one that the viewer's outcome, rater and change select."""

from __future__ import annotations

from lib.assumptions import Assumptions
from lib.questions.changes import change_words, measure_of
from lib.questions.pairs import rater_of
from lib.trial.model import Endpoint, Trial
from lib.trial.observed import rater_name


def selected_endpoint(trial: Trial, assumptions: Assumptions) -> Endpoint:
    """The trial's endpoint for this choice; where it names none, one made from the choice, post hoc and ours."""
    rater = rater_of(trial, assumptions.outcome, assumptions)
    wanted = (assumptions.outcome, rater, assumptions.change)
    for endpoint in trial.spec.endpoints:
        if (endpoint.outcome, endpoint.rater, endpoint.change) == wanted:
            return endpoint
    return _made(trial, assumptions, rater)


def endpoints(trial: Trial, assumptions: Assumptions) -> tuple[Endpoint, ...]:
    """Every endpoint of the trial, and the selected one where the trial does not name it."""
    selected = selected_endpoint(trial, assumptions)
    named = trial.spec.endpoints
    return named if selected in named else (*named, selected)


def _made(trial: Trial, assumptions: Assumptions, rater: str | None) -> Endpoint:
    outcome = trial.outcomes[assumptions.outcome]
    by = f" by {rater_name(trial, rater)}" if rater and len(outcome.raters) > 1 else ""
    measure = measure_of(trial, outcome.key, rater or "", assumptions.change, assumptions)
    return Endpoint(
        key=f"{outcome.key}-{rater}-{assumptions.change}"[:40],
        label=f"{outcome.label}{by}, {change_words(trial, measure)}",
        outcome=outcome.key,
        rater=rater,
        change=assumptions.change,
        role="none",
        analysis="ours",
    )
