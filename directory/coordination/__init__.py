"""The coordinator's desk: what needs her attention, and who and what belongs to her areas.

Promises: a group, an account or a place of another area does not exist here; what is secret is shown once, to whoever
made it; no client and no code of a client is ever on these pages.
"""
