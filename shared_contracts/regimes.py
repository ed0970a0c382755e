"""From when each order governs: the first days of tables with dates (reading R47)."""

from datetime import date
from typing import Final

ORDER_95: Final = date(2015, 3, 20)
"""Order No 95 was registered; ten days after its publication, which is not known, it took force."""

ORDER_216: Final = date(2018, 6, 29)
"""Order No 216 took force (S216-O.4)."""
