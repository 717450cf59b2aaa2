"""A place for an index that is gone after the measurement."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from advisor.settings import Settings


@contextmanager
def temporary_settings(settings: Settings) -> Iterator[Settings]:
    """Give settings of an empty index in a temporary folder: no bundled knowledge, no chat model, no Chroma server.

    Args:
        settings: Settings of the advisor under evaluation. The embedding model that was exported to their data folder
            is used again, as exporting it takes longer than many a measurement.
    """
    with tempfile.TemporaryDirectory(prefix="advisor-eval-", ignore_cleanup_errors=True) as folder:
        index = Path(folder) / "index"
        if (exported := settings.data_dir / "models").is_dir():
            shutil.copytree(exported, index / "models")
        changes = {"data_dir": index, "bundled_knowledge": False, "model": None, "chroma_url": None}
        yield settings.model_copy(update=changes)
