"""Which changes are made: a walk through states, each new at first and seen before on the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lib.assumptions import CONTROLS, defaults, stamp
from tests.browser.helpers import trial

State = tuple[str, ...] | int
"""The participants that are in, or n of the next trial."""


@dataclass(frozen=True)
class Step:
    """One change: the pill or the key that is pressed, the state after it, and whether nobody saw that state before."""

    press: str
    state: State
    new: bool


@dataclass(frozen=True)
class Walk:
    """Where a page starts, and the changes that are made on it."""

    start: State
    steps: list[Step]


def pills(repetitions: int) -> Walk:
    """Through the subsets of the participants, each of which differs from the next by the pill that is pressed."""
    everybody, start = trial().participant_ids, defaults(trial()).participants

    def visited() -> Iterator[tuple[str, State]]:
        state = frozenset(start)
        for press in _tour(list(everybody)):
            state ^= {press}
            yield press, tuple(p for p in everybody if p in state)

    return Walk(start, _enough(start, visited(), repetitions))


def _tour(options: list[str]) -> Iterator[str]:
    """Toggles that lead through all subsets and back, branching often, so that new and seen states alternate."""
    for place in reversed(range(len(options))):
        yield options[place]
        yield from _tour(options[place + 1 :])
        yield options[place]


def slider(repetitions: int) -> Walk:
    """Upwards through n of the next trial: two steps to where nobody was, one back, one forth."""
    start, most = defaults(trial()).n, int(CONTROLS["n"].bounds(trial()).high)

    def visited() -> Iterator[tuple[str, State]]:
        for here in range(start, most - 1, 2):
            yield "ArrowRight", here + 1
            yield "ArrowRight", here + 2
            yield "ArrowLeft", here + 1
            yield "ArrowRight", here + 2

    return Walk(start, _enough(start, visited(), repetitions))


def _enough(start: State, visited: Iterator[tuple[str, State]], repetitions: int) -> list[Step]:
    """Steps until so many new states and so many that were seen before are among them, or none is left."""
    steps: list[Step] = []
    seen = {start}
    for press, state in visited:
        steps.append(Step(press, state, state not in seen))
        seen.add(state)
        new = sum(step.new for step in steps)
        if min(new, len(steps) - new) >= repetitions:
            break
    return steps


def stamped(state: State) -> str:
    """What the app's stamp says in this state."""
    changed = {"n": state} if isinstance(state, int) else {"participants": state}
    return stamp(trial(), replace(defaults(trial()), **changed))


def titled(state: State) -> str:
    """What the bare app's titles say in this state."""
    return f"Value: {state if isinstance(state, int) else ', '.join(state)}"
