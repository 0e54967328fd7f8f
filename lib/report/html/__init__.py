"""The report: one HTML file that holds all it needs, opens without a network and prints with page numbers."""
