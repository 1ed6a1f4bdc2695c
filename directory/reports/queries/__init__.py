"""What is read for reports: which areas one is about, what every indicator measures there, figures that are kept."""
