"""What can be read out of a sentence about money."""

import re

from directory.vietnamese import fold

_FREE = re.compile(r"\b(mien phi|khong mat tien|khong ton tien|khong thu (tien|phi)|khong mat phi|0 ?(dong|d)|free)\b")
#: Free under a condition, or for a part only (a price stands beside it), is not free.
_BUT = re.compile(
    r"\b(khong mien phi|giam|neu|voi bhyt|co (the )?bhyt|mot phan|phi rieng|tinh rieng|tu dong|thu phi theo)\b"
    r"|\b[1-9][0-9.]* ?(d|dong|k|nghin|ngan|trieu|vnd)\b"
)


def costs_nothing(fees: str | None) -> bool | None:
    """Tell whether the sentence says "free" without a condition; None when nothing is said about money."""
    if not fees:
        return None
    folded = fold(fees)
    return bool(_FREE.search(folded)) and not _BUT.search(folded)
