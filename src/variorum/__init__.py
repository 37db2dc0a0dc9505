"""Variorum: human label variation from end to end."""
