"""The figures by name. To add one: a module that returns parts, and an entry here; a question lists the name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lib.figures.areas import areas_parts
from lib.figures.belief import belief_part
from lib.figures.cases import cases_part
from lib.figures.categories import categories_part
from lib.figures.flow import flow_part
from lib.figures.forest import forest_part
from lib.figures.influence import influence_part
from lib.figures.null import null_part
from lib.figures.pair_tables import pair_tables_part
from lib.figures.pairs import pairs_part
from lib.figures.part import Part
from lib.figures.power import power_part
from lib.figures.specifications import specifications_part
from lib.figures.tipping import tipping_part
from lib.figures.trajectories import trajectory_parts
from lib.figures.verdicts import verdicts_part
from lib.questions.robustness import RobustnessResult
from lib.questions.sample_size import SampleSizeResult
from lib.values import Missing


def _pairs(result: Any) -> tuple[Part, ...]:
    return (pairs_part(result.selected, result.arms, result.highlighted),)


def _some(part: Part | None) -> tuple[Part, ...]:
    """What there is to draw, if anything."""
    return (part,) if part else ()


def _specifications(result: RobustnessResult) -> tuple[Part, ...]:
    every, (_, treated) = result.multiverse, result.arms[0]
    if isinstance(every, Missing):
        return ()
    return (specifications_part(every, result.at, result.multiverse_reading, treated),)


def _categories(result: SampleSizeResult) -> tuple[Part, ...]:
    found = result.categories
    return () if isinstance(found, Missing) else (categories_part(found, result.plan.rho),)


FIGURES: dict[str, Callable[[Any], tuple[Part, ...]]] = {
    "cases": lambda result: (cases_part(result),),
    "flow": lambda result: (flow_part(result),),
    "trajectories": trajectory_parts,
    "pairs": _pairs,
    "forest": lambda result: (forest_part(result),),
    "null": lambda result: _some(null_part(result.selected, result.alpha, result.sides)),
    "belief": lambda result: _some(belief_part(result.belief, result.priors)),
    "specifications": _specifications,
    "influence": lambda result: _some(influence_part(result.influence)),
    "tipping": lambda result: _some(tipping_part(result.lost, result.arms)),
    "power": lambda result: (power_part(result),),
    "categories": _categories,
    "verdicts": lambda result: _some(verdicts_part(result)),
    "areas": lambda result: areas_parts(result.areas),
    "pair-tables": lambda result: _some(pair_tables_part(result.tables, result.arms)),
}
