"""The service map and referral slips for Viet Nam.

Imports only go down this list (import-linter holds it; see ``pyproject.toml``)::

    app | cli
    interop                                   other people's formats
    search                                    words and nearness; the only package that imports whoosh
    catalogue                                 what is offered, by whom, where, when, for whom
    places                                    units, gazetteer, distance, map; the only package that imports folium
    web                                       access, transaction, errors, headers; knows no feature
    settings | extensions
    vietnamese | clock | errors | codes | seed_files    named by what they know

Inside a feature: ``views | commands`` → ``forms | operations`` → ``queries`` → ``models`` → ``rules``.
"""

__version__ = "0.1.0"
