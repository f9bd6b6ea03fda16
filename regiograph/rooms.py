"""Where the data rooms (ontology/, shapes/, queries/, reference/) are: in a checkout, or inside the wheel."""

from pathlib import Path

ROOMS = ("ontology", "shapes", "queries", "reference")


def room(name: str) -> Path:
    """The folder of one data room.

    Raises:
        ValueError: not one of `ROOMS`.
        FileNotFoundError: the installation is incomplete.
    """
    if name not in ROOMS:
        raise ValueError(f"{name!r} is not a data room; the rooms are {', '.join(ROOMS)}.")
    package = Path(__file__).resolve().parent
    for folder in (package / "_data" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The data room {name!r} is missing: reinstall regiograph.")
