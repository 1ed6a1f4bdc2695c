"""What every page rests on: access, transaction, errors, headers, language, quick exit, logs. Knows no feature.

Promises: a route without a declared access does not answer; a view that is not marked ``@writes`` cannot write; no
page loads from, or tells, a third party; no log line holds a position, a query or an address of a person.
"""
