"""Every write of the reports: figures entered by hand, and the closing of years."""
