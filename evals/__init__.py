"""Evaluation: labelled questions, metrics, reports and thresholds."""
