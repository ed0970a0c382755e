"""Who is let in at the JSON interface, and what is noted of who is not (S216-9.6)."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import Depends
from fastapi.params import Depends as Dependency

from sez.administration.refused_tokens import RefusedTokens
from shared_contracts.http.api import bearer, bearer_token, by_whom, plain_text


def guarded_by(refused: RefusedTokens, data: Path) -> Sequence[Dependency]:
    """What each route behind the door asks first: the token in ``data``, plain text, who acts."""
    token = bearer(bearer_token(data), refused.count)
    return [Depends(one) for one in (token, plain_text, by_whom)]
