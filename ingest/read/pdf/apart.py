"""PDF bytes → what its pages hold, read by a process that may fail, end or be ended. Knows no page."""

import json
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ingest.form import Source
from ingest.read.pdf import pages
from ingest.read.pdf.pages import reading
from regiograph.errors import NotReadable

MOST_BYTES = 40 * 2**20
MOST_OUTPUT = 200 * 2**20
SECONDS = 40  # the process that reads has less

_REFUSALS = {
    "password": (
        "The PDF is protected by a password.",
        "Save or print it without the password and send that file.",
    ),
    "broken": (
        "The PDF is damaged or incomplete.",
        "Export or print it again and send the whole file.",
    ),
    "pages": (
        f"The PDF has more than {reading.MOST_PAGES} pages.",
        "Send the report alone, without annexes.",
    ),
    "large": (
        "The PDF holds more text and drawings than a report needs.",
        "Send the report alone, without annexes and drawings.",
    ),
    "slow": (
        f"Reading the PDF takes longer than {reading.SECONDS} seconds.",
        "Export or print it again, or send the report in another format.",
    ),
}


def pages_of(source: Source) -> list[dict[str, Any]]:
    """The words, rulings and marks of each page.

    Raises:
        NotReadable: protected, damaged, or beyond bounds.
    """
    if len(source.data) > MOST_BYTES:
        raise NotReadable(
            f"The PDF is larger than {MOST_BYTES // 2**20} MB.",
            where=source.name,
            way_out="Send the report alone, without annexes and large pictures.",
        )
    try:
        done = subprocess.run(
            # no environment, no installed packages: nothing but the language, and what the package itself is
            [sys.executable, "-I", "-S", str(Path(pages.__file__).parent / "__main__.py"), library()],
            input=source.data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        slow = False
    except subprocess.TimeoutExpired:
        slow = True
    if slow or done.returncode in (-9, -24):  # killed: no time left
        raise _refusal("slow", source)
    if done.returncode or len(done.stdout) > MOST_OUTPUT:
        raise _refusal("broken" if done.returncode else "large", source)
    found = json.loads(done.stdout)
    if "refused" in found:
        raise _refusal(found["refused"], source)
    told: list[dict[str, Any]] = found["pages"]
    return told


@cache
def library() -> str:
    """Where the library PDFium is that comes with pypdfium2.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    spec = find_spec("pypdfium2_raw")
    for folder in (spec and spec.submodule_search_locations) or ():
        for path in sorted(Path(folder).glob("*pdfium*")):
            if path.suffix in (".so", ".dylib", ".dll"):
                return str(path)
    raise FileNotFoundError("The library PDFium is missing: reinstall pypdfium2.")


def _refusal(reason: str, source: Source) -> NotReadable:
    problem, way_out = _REFUSALS[reason]
    return NotReadable(problem, where=source.name, way_out=way_out)
