"""Every test of the contract runs once on each engine."""

from __future__ import annotations

import pytest

from tests.contract.search_backends import TERMS, Backend, embedded


@pytest.fixture(scope="session", params=["embedded", "elasticsearch"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Opens the index of a folder; two of one folder are the same index."""
    if request.param == "embedded":
        return embedded
    indices = request.getfixturevalue("elasticsearch")
    return lambda folder: indices.make(folder, TERMS)
