"""Fitting what is fitted, from the dev halves and from third-party data that stays outside the project."""
