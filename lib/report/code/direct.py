"""The number of a page made by hand: the very calls behind it, with what they are given as literals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from lib.analysis.registry import TESTS
from lib.assumptions import Assumptions
from lib.errors import Refusal
from lib.questions.asked import Asked, answered
from lib.questions.endpoint_result import PairedEndpoint
from lib.questions.endpoints import EXACT_TEST
from lib.questions.levels import alternative, level_of
from lib.questions.lost import ASSUMED
from lib.questions.pairs import Pair
from lib.questions.wording import signed
from lib.report.code.script import plan_script
from lib.report.code.text import comment, exact
from lib.trial.model import Trial
from lib.values import known, real

Direct = Callable[[Trial, Assumptions], str]
"""A trial and assumptions → a script without either: literals, the calls, and lines of `name = value`."""


def endpoints_script(trial: Trial, assumptions: Assumptions) -> str:
    """The tests of the selected endpoint: its differences, each with its participant, and what is made of them."""
    return _tests("endpoints", trial, assumptions, lambda result: {"selected": result.selected})


def overview_script(trial: Trial, assumptions: Assumptions) -> str:
    """The tests behind the headline, on each scale that it is told on."""
    return _tests(
        "overview",
        trial,
        assumptions,
        lambda result: {f"scales.{place}.endpoint": scale.endpoint for place, scale in enumerate(result.scales)},
    )


def _tests(path: str, trial: Trial, assumptions: Assumptions, found: Callable[[Any], dict[str, PairedEndpoint]]) -> str:
    try:
        result = answered(Asked(path, trial, assumptions))
    except Refusal as refusal:
        return f"{comment(f'No test: {refusal}')}\n"
    return HEAD + "".join(_endpoint(under, endpoint, assumptions) for under, endpoint in found(result).items())


HEAD = '''"""Tests of the differences within people, treated minus control, in exact arithmetic."""

from fractions import Fraction

from lib.analysis.registry import TESTS
from lib.report.code.leaves import leaves
from lib.report.twin import plain


def tell(name, test):
    told = {"estimate": test.estimate, "interval": test.interval, "p": test.p, "floor": test.floor}
    for path, value in leaves(plain(told), name):
        print(path, "=", value)
'''


def _endpoint(under: str, endpoint: PairedEndpoint, assumptions: Assumptions) -> str:
    """Differences and calls for one endpoint; `under` is its path in the page's answer."""
    side, level = alternative(endpoint.better, assumptions.sides), level_of(assumptions.alpha)
    listed = "".join(f"    {line}\n" for line in _differences(endpoint.pairs))
    calls = "".join(
        f"# {TESTS[key].label}: {_made_by(key)}\n"
        f'tell("{under}.{name}", TESTS["{key}"].run(differences, "{side}", {level!r}))\n'
        for name, key in (("test", assumptions.test), ("exact", EXACT_TEST))
    )
    return f"\n\n{comment(f'{endpoint.label}, in {endpoint.unit}')}\ndifferences = (\n{listed})\n{calls}"


UNSEEN = {ASSUMED: " (assumed)", "reconstructed": " (reconstructed)"}
"""What is said of a change that was neither printed nor derived, by its provenance."""


def _differences(pairs: Iterable[Pair]) -> Iterable[str]:
    for pair in pairs:
        if pair.analysed and known(pair.difference):
            changes = ", ".join(
                f"{side} {signed(real(change.value))}{UNSEEN.get(change.provenance, '')}"
                for side, change in (("treated", pair.treated), ("control", pair.control))
            )
            yield f"{exact(pair.difference)},  {comment(f'participant {pair.participant}: {changes}')}"
        else:
            yield comment(f"participant {pair.participant} is not in it: {pair.reason}")


def _made_by(key: str) -> str:
    """The function behind a test of the registry, and where it stands."""
    run: Any = TESTS[key].run
    function = run.func if isinstance(run, partial) else run
    return f"{function.__name__} in {function.__module__.replace('.', '/')}.py"


DIRECT: dict[str, Direct] = {
    "overview": overview_script,
    "endpoints": endpoints_script,
    "sample-size": plan_script,
}
"""Page → its direct way. To add one: a function of trial and assumptions, and an entry here."""
