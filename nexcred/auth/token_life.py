"""How long a token may live."""

from typing import Annotated

from msgspec import Meta

LONGEST_LIFE_S = 10 * 366 * 86_400
LifeS = Annotated[int, Meta(ge=1, le=LONGEST_LIFE_S)]
