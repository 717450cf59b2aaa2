"""Drafting claims from evidence."""
