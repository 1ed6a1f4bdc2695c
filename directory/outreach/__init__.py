"""The programme on the ground: its models, its points. Contacts, activities and materials come here.

Promises: a point belongs to one area and one model and has dates; nothing here names a person or a venue.
"""
