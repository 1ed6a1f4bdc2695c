"""Where things are: administrative units old and new, the gazetteer, distance, and the map.

Promises: a place name resolves to a set of today's wards and a point, or to candidates, never silently to one of
several; units are matched by official code; the map calls no foreign host.
"""
