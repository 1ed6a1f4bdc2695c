"""What can be read out of a sentence about money."""

import re
from functools import lru_cache

from directory.vietnamese import fold

_FREE = re.compile(
    r"\b(mien phi|(khong|chang|khoi) (mat|ton|thu|lay|phai tra|can) (tien|phi|le phi|vien phi)"
    r"|khong phi|0 ?(dong|d)|free)\b"
)
#: Free under a condition, or for a part only, is not free: who comes without money must not be turned away.
_BUT = re.compile(
    r"[1-9]|\b(khong mien phi|giam|neu|thi|bhyt|bao hiem|ho ngheo|thuoc dien|mot phan|tinh rieng|phi rieng)\b"
)


@lru_cache(maxsize=4096)
def costs_nothing(fees: str | None) -> bool | None:
    """Tell whether the sentence says "free" without a condition; None when nothing is said about money."""
    if not fees:
        return None
    folded = fold(fees)
    return bool(_FREE.search(folded)) and not _BUT.search(folded)
