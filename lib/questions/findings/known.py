"""What a finding is, and what findings are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lib.assumptions import Assumptions, defaults
from lib.questions.area_set import AreaSet
from lib.questions.endpoint_result import EndpointsResult, PairedEndpoint
from lib.questions.endpoints import tested
from lib.questions.ledger.ledger import LedgerRow, ledger
from lib.questions.p_readings import PrintedPReadings
from lib.trial.model import Trial
from lib.values import Missing


@dataclass(frozen=True)
class Finding:
    """One thing worth knowing; `page` and `state` show it, `claims` are the statements that it rests on."""

    key: str
    title: str
    printed: str
    follows: str
    unknown: str
    page: str = ""
    state: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What findings are made of; `loosely` is the set of areas with everything read as it is rounded."""

    trial: Trial
    readings: tuple[PrintedPReadings, ...]
    areas: AreaSet | Missing
    loosely: AreaSet | Missing

    @cached_property
    def published(self) -> Assumptions:
        return defaults(self.trial)

    @cached_property
    def tested(self) -> EndpointsResult:
        return tested(self.trial, self.published)

    @cached_property
    def rows(self) -> tuple[LedgerRow, ...]:
        return ledger(self.trial)

    @property
    def paired(self) -> tuple[PairedEndpoint, ...]:
        return tuple(e for e in self.tested.endpoints if isinstance(e, PairedEndpoint))

    def claims(self, *functions: str) -> tuple[str, ...]:
        """The keys of the statements that these functions recompute."""
        return tuple(row.key for row in self.rows if row.function in functions)
