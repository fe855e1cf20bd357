"""What the tests of recordings share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zuoxi.platform.config import Settings


@pytest.fixture
def folder(settings: Settings) -> Path:
    """The recordings' folder of the test's installation, empty."""
    own = settings.folder("recordings")
    shutil.rmtree(own, ignore_errors=True)
    return own
