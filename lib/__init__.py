"""Pilotlight: an interactive results dashboard for small within-person pilot trials."""

__version__ = "0.6.0"
