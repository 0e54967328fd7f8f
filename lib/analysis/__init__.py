"""From arrays to results. Knows no page, no file and no assumption."""
