"""Figures as files of exact size, drawn by one kept browser that all viewers share."""
