"""Serial numbers are told as other tools print them."""

import pytest

from shared_contracts.signing.validation.der_reading import serial_text


@pytest.mark.parametrize(("number", "told"), [(0xA4C25D46, "A4C25D46"), (0xA4C25D4, "0A4C25D4")])
def test_a_serial_number_keeps_its_leading_zero(number: int, told: str) -> None:
    assert serial_text(number) == told
