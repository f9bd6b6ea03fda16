"""`python -m regiograph`."""

from regiograph.cli import main

main()
