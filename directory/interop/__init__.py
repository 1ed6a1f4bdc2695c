"""Other people's formats: OpenStreetMap comes in; HSDS comes in, goes out and is served (``hsds``).

Promises: what is read goes in through the catalogue's own import, so all its rules hold; a shelter is kept as a partial
place, whatever the export says of where it is.
"""
