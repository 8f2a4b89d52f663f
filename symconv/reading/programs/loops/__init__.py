"""Loops: what they run over, read in closed form or step by step."""
