"""Exact arithmetic: numbers as they are written, and whole units shared out."""
