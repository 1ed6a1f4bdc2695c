"""Slips: issued by a peer, confirmed by a provider, tracked until the person was served, then forgotten.

Promises: a slip moves only along ``rules.STEPS``, which the database holds, too; two desks at once have one winner;
nothing on paper or screen tells what it is about; nothing in a row tells who she is; 90 days after closing only figures
are left.
"""
