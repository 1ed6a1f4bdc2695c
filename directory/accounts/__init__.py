"""Who is who: accounts, roles and their scope, sessions, the desks of sites, and the audit.

Promises: no e-mail address, no telephone number and no name of a person is ever asked for; a passphrase, a seed or a
code is never stored as it is; nobody can lock another out.
"""
