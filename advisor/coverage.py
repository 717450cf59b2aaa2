"""What a library covers: documents counted by topic, audience and platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.domain import Source

ANY = "any"
"""A document for any audience, or about any platform, serves each of them."""


@dataclass(frozen=True)
class Coverage:
    """Which documents there are for each topic, audience and platform.

    Attributes:
        sources: The documents. One that names no audience or platform is for any.
        topics: Topics to count, in order.
        audiences: Audiences to count, in order.
        platforms: Platforms to count, in order.
    """

    sources: Sequence[Source]
    topics: Sequence[str]
    audiences: Sequence[str]
    platforms: Sequence[str]

    def count(self, topic: str, audience: str | None = None, platform: str | None = None) -> int:
        """Return how many documents name the topic and, where given, the audience and the platform."""
        return sum(
            topic in source.topics
            and (audience is None or audience in (source.audiences or (ANY,)))
            and (platform is None or platform in (source.platforms or (ANY,)))
            for source in self.sources
        )

    def gaps(self) -> tuple[tuple[str, str, str], ...]:
        """Return each (topic, audience, platform) that no document serves, not even one for any."""
        served = {
            (topic, audience, platform)
            for source in self.sources
            for topic in source.topics
            for audience in _served(source.audiences, self.audiences)
            for platform in _served(source.platforms, self.platforms)
        }
        wanted = ((t, a, p) for t in self.topics for a in self.audiences for p in self.platforms)
        return tuple(cell for cell in wanted if cell not in served)


def _served(named: Sequence[str], every: Sequence[str]) -> Sequence[str]:
    return every if not named or ANY in named else named
