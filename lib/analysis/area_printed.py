"""What a paper prints of the areas of pairs of lesions, as a problem to be solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lib.analysis.area_lattice import AreaLattice, LesionPrinted, PairPrinted, RangePrinted, Span
from lib.errors import Refusal

Visit = Literal["baseline", "final"]
Arm = Literal["treated", "control"]

VISIT_NAMES: tuple[Visit, ...] = ("baseline", "final")
ARM_NAMES: tuple[Arm, ...] = ("treated", "control")


@dataclass(frozen=True)
class PPrinted:
    """A two-sided p of the paired t test of the areas at one visit."""

    visit: Visit
    span: Span

    def __str__(self) -> str:
        return f"p at {'baseline' if self.visit == 'baseline' else 'the final visit'}, {self.span}"


@dataclass(frozen=True)
class AreaProblem:
    """Everything that is printed, and the lattice that areas were measured on.

    Raises
    ------
    Refusal
        If there is no pair, a p of a single pair, or a p that reaches nowhere between 0 and 1.
    """

    pairs: tuple[PairPrinted, ...]
    treated_range: RangePrinted
    control_range: RangePrinted
    ps: tuple[PPrinted, ...]
    lattice: AreaLattice

    def __post_init__(self) -> None:
        if len(self.pairs) < (2 if self.ps else 1):
            raise Refusal(f"pairs: {len(self.pairs)} given; wanted at least 1, and at least 2 for a p")
        for p in self.ps:
            if p.span.high <= 0 or p.span.low > 1:
                raise Refusal(f"p: {p.span} given; wanted a p above 0, at most 1")

    @property
    def lesions(self) -> tuple[tuple[LesionPrinted, RangePrinted], ...]:
        """Each lesion with the range of its arm at baseline: pair by pair, treated before control."""
        arms = self.treated_range, self.control_range
        lesions = ((pair.treated, pair.control) for pair in self.pairs)
        return tuple(each for pair in lesions for each in zip(pair, arms, strict=True))
