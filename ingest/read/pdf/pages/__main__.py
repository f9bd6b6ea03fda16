"""Begins the process: `python -I -S pages LIBRARY`. The packages above this one are not loaded."""

import importlib
import sys

folder, _, name = sys.path[0].replace("\\", "/").rstrip("/").rpartition("/")
sys.path[0] = folder
importlib.import_module(f"{name}.reading").main(sys.argv[1])
