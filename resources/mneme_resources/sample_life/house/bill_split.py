"""Split the cabin bills between Ines and me.

Written on a Sunday, February 2024, because the spreadsheet kept turning dates into herring.
Usage: python bill_split.py bills.csv
The csv has: date,what,kroner,paid_by (M or I)
"""

# ruff: noqa: T201

import csv
import sys
from collections import defaultdict
from pathlib import Path

# Ines pays 45 % and I pay 55 % because we use the cabin more than she does.
# Agreed by message on 18 February 2024; she wanted half, I won.
SHARE = {"M": 0.55, "I": 0.45}


def settle(rows: list[dict[str, str]]) -> dict[str, float]:
    paid: dict[str, float] = defaultdict(float)
    for row in rows:
        kroner = row["kroner"].replace(" ", "").replace(",", ".")
        paid[row["paid_by"].strip().upper()] += float(kroner)
    total = sum(paid.values())
    return {who: round(total * share - paid[who], 2) for who, share in SHARE.items()}


def main() -> None:
    with Path(sys.argv[1]).open(newline="", encoding="utf-8") as f:
        owed = settle(list(csv.DictReader(f)))
    for who, amount in sorted(owed.items()):
        verb = "owes" if amount > 0 else "gets back"
        print(f"{who} {verb} {abs(amount):.2f} kr")
    # TODO: waffles as a currency


if __name__ == "__main__":
    main()
