"""The parts of pages that are neither figure nor control, a module for each page."""
