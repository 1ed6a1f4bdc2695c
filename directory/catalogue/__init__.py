"""What is offered, by whom, where, when and for whom; how it comes in from spreadsheets; how one entry is shown.

Promises: a hidden place has no address, ward or point in the database at all, and a partial one only its ward; every
write adds a ``CatalogueChange`` in the same transaction, so that the search index can follow; an import is all rows or
none.
"""
