"""Hypotheses in the forms that the kernel and the replay can use."""
