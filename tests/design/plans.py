"""The plans that the tests vary."""

from __future__ import annotations

from lib.design.plan import Plan

PUBLISHED = Plan(effect=1.0, sd=1.0, rho=0.5, alpha=0.05, sides=2, target=0.8, n=4, dropout=0.2)
"""SD 1, power 0.8, alpha 0.05 and n 4 as the paper prints them; at rho 0.5 the SD of a pair difference is 1 too."""

EVERY_MODEL = Plan(
    effect=1.0,
    sd=1.0,
    rho=0.5,
    alpha=0.05,
    sides=2,
    target=0.8,
    n=12,
    dropout=0.2,
    treated=(0.2, 0.3, 0.5),
    control=(0.6, 0.3, 0.1),
    responds_treated=0.8,
    responds_control=0.25,
    units=2,
    icc=0.6,
    width=0.05,
)
"""A plan that every design has an answer for, and that simulated ones answer fast."""
