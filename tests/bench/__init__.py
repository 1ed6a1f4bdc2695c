"""Measures the budgets of search as ratios against SQLite FTS5, on the same machine in the same run: ``make bench``.

Nothing here is a test: a busy machine would fail it. The figures go to the README by hand, with their date.
"""
