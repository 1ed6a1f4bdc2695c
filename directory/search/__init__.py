"""Words and nearness: what a person types is understood, and the right places come back, nearest first.

Promises: an answer is read from the database's own change feed, at most half a second old; a hidden place has neither
address nor point here, since the database has none; there is always something to show while the database holds
anything at all. The order of results is written down in ``ranking.py``, the reading of a query in ``understanding.py``.
"""
