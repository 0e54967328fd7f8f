"""The plan that the tests vary."""

from __future__ import annotations

from lib.design.plan import Plan

PUBLISHED = Plan(effect=1.0, sd=1.0, rho=0.5, alpha=0.05, sides=2, target=0.8, n=4, dropout=0.2)
"""SD 1, power 0.8, alpha 0.05 and n 4 as the paper prints them; at rho 0.5 the SD of a pair difference is 1 too."""
