"""The pages of the coordinator's desk: what needs attention, accounts, groups, desks."""
