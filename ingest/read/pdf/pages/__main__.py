"""Begins the process: `python -I -S pages/__main__.py LIBRARY`. No package above this one is loaded."""

import sys
from importlib import import_module

folder, name, _ = __file__.replace("\\", "/").rsplit("/", 2)
sys.path.insert(0, folder)
import_module(f"{name}.reading").main(sys.argv[1])
