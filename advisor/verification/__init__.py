"""Verifiers: each claim is judged by its own evidence."""

from advisor.verification.verifier import SupportVerifier

__all__ = ["SupportVerifier"]
