"""Answers in other clothes: the JSON twin, later the report, slides and script."""
