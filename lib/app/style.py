"""The little CSS that Streamlit's own theme has no setting for."""

CSS = """
[data-testid="stMainBlockContainer"] { max-width: 1240px; padding-top: 3.5rem; padding-bottom: 2rem; }
[data-testid="stTable"] { overflow-x: auto; }
.st-key-navigation { row-gap: 0.25rem; }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], .st-key-navigation { display: none !important; }
  [data-testid="stPlotlyChart"], [data-testid="stTable"] { break-inside: avoid; }
}
@page { size: A4 landscape; margin: 12mm; }
"""
