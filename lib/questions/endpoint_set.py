"""The endpoints of a trial, and the one that the viewer's outcome, rater and change select."""

from __future__ import annotations

from lib.analysis.change import CHANGES
from lib.assumptions import Assumptions
from lib.questions.pairs import rater_of
from lib.trial.model import Endpoint, Trial


def selected_endpoint(trial: Trial, assumptions: Assumptions) -> Endpoint:
    """The trial's endpoint for this choice; where it names none, one made from the choice, post hoc and ours."""
    rater = rater_of(trial, assumptions.outcome, assumptions)
    wanted = (assumptions.outcome, rater, assumptions.change)
    for endpoint in trial.spec.endpoints:
        if (endpoint.outcome, endpoint.rater, endpoint.change) == wanted:
            return endpoint
    return _made(trial, assumptions.outcome, rater, assumptions.change)


def endpoints(trial: Trial, assumptions: Assumptions) -> tuple[Endpoint, ...]:
    """Every endpoint of the trial, and the selected one where the trial does not name it."""
    selected = selected_endpoint(trial, assumptions)
    named = trial.spec.endpoints
    return named if selected in named else (*named, selected)


def _made(trial: Trial, outcome: str, rater: str | None, change: str) -> Endpoint:
    by = f" by {trial.raters[rater].label.lower()}" if rater and len(trial.outcomes[outcome].raters) > 1 else ""
    return Endpoint(
        key=f"{outcome}-{change}"[:40],
        label=f"{trial.outcomes[outcome].label}{by}, change, {CHANGES[change].label.lower()}",
        outcome=outcome,
        rater=rater,
        change=change,
        role="none",
        analysis="ours",
    )
