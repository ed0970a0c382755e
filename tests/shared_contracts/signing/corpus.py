"""Signatures made by Kazakhstan's own tools, which lie beside the project where they may be had."""

from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[3] / ".." / "shared" / "corpora" / "kz-signatures"

needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the folder of Kazakhstan's samples is absent"
)
"""Marks a test that reads them."""


def sample(name: str) -> bytes:
    """A file of the samples; the test is skipped where the folder is absent.

    A file that lacks in a folder that is there fails the test.
    """
    if not CORPUS.is_dir():
        pytest.skip("the folder of Kazakhstan's samples is absent")
    return (CORPUS / name).read_bytes()
