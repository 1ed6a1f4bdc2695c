"""The programme on the ground: models and points, contacts, activities, materials.

Promises: nothing here names a person or a venue; a client is known by a token only; whatever is counted has a day, an
area, a number and, if not written down by whoever was there, its source.
"""
