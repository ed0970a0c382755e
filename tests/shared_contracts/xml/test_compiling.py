"""Threads compile schemas one after another: libxml2's table of types is made by the first."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared_contracts.xml.shortcut import CompiledSchemas, compiling, merged


def test_a_thread_waits_while_another_compiles_a_schema() -> None:
    with ThreadPoolExecutor(1) as pool:
        with compiling:
            asked = pool.submit(CompiledSchemas(merged).of, "1.0")
            with pytest.raises(TimeoutError):
                asked.result(0.5)
        assert asked.result(60) is not None
