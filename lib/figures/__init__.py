"""From results to plotly figures. Knows no page; draws nothing that is not in the result it was given."""
