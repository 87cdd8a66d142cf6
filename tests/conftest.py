"""Shared by all tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.servers.client import LocalServer

pytest_plugins = ["pytester"]
sys.path.append(
    str(Path(__file__).resolve().parents[1])
)  # for tests.servers and bench, which are not installed


@pytest.fixture(scope="session")
def server() -> Iterator[LocalServer]:
    """Run a local server of OpenAI's protocol, that opens endpoints of any behaviour."""
    from tests.servers.client import local_server  # noqa: PLC0415  most tests need none

    with local_server() as running:
        yield running
