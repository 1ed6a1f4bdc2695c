"""The programme's figures: what each means, what it is for an area and a period, who may see it how exactly.

Promises: a figure is the same before and after the purge; lượt add up over areas and periods, người never over periods;
"no record" is not 0; what is published reveals no count below five, whatever is asked in whatever order.
"""
