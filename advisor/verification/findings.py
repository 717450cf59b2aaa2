"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding weighs; the order is the order of gravity."""

    RESERVATION = 1
    """The evidence is close, but weaker than the claim. The claim is at best partial."""
    FAILURE = 2
    """The claim says something that the evidence doesn't. The claim is unsupported."""
    CONTRADICTION = 3
    """The evidence says the opposite."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a claim is not supported by a span.

    Attributes:
        severity: How much it weighs.
        reason: One plain sentence for the reader.
    """

    severity: Severity
    reason: str


def reservation(reason: str) -> Finding:
    """Return a finding that makes a claim at best partial."""
    return Finding(Severity.RESERVATION, reason)


def failure(reason: str) -> Finding:
    """Return a finding that makes a claim unsupported."""
    return Finding(Severity.FAILURE, reason)


def contradiction(reason: str) -> Finding:
    """Return a finding that makes a claim contradicted."""
    return Finding(Severity.CONTRADICTION, reason)
