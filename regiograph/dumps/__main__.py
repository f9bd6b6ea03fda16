"""`python -m regiograph.dumps DATA BASE EDITION`: makes the files of one edition, beside the service."""

import os
import sys
from pathlib import Path

from regiograph.dumps.shelf import Shelf

if __name__ == "__main__":
    os.nice(5)  # queries go first
    Shelf(Path(sys.argv[1]), sys.argv[2]).make(int(sys.argv[3]))
