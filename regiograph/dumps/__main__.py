"""`python -m regiograph.dumps`: makes the files of one edition beside the service, which says which on stdin.

Not on a command line: what it takes to reach an engine may hold a password.
"""

import json
import os
import sys
from pathlib import Path

from regiograph.dumps.shelf import Shelf
from regiograph.elsewhere import editions_at
from regiograph.store.address import Address

if __name__ == "__main__":
    os.nice(5)  # queries go first
    told = json.load(sys.stdin)
    place, base = Path(told["data"]), told["base"]
    address = Address(**told["engine"]) if told["engine"] else None
    Shelf(place, base, editions_at(place, base, address)).make(told["edition"])
