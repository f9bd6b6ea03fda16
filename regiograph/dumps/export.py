"""The files of an edition in a folder, with the digests that `sha256sum --check` reads."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from regiograph.dumps.formats import CSV, table_description
from regiograph.dumps.index import TABLE_END, File, Index, Shelved
from regiograph.dumps.pieces import Pieces

SUMS = "SHA256SUMS"


def export_dumps(pieces: Pieces, index: Index, folder: Path, licence: str) -> Iterator[Path]:
    """Writes every file of an edition, each whole or not at all; those that are there are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    sums: dict[str, str] = {}
    for shelved in index.shelved:
        for file in shelved.files:
            path = folder / f"{shelved.dataset.id}.{file.ending}"
            _write(path, _blocks(pieces, shelved, file))
            sums[path.name] = file.sha256
            yield path
        path = folder / f"{shelved.dataset.id}{TABLE_END}"
        content = table_bytes(shelved, licence)
        _write(path, [content])
        sums[path.name] = hashlib.sha256(content).hexdigest()
        yield path
    lines = (f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    _write(folder / SUMS, ["".join(lines).encode()])
    yield folder / SUMS


def table_bytes(shelved: Shelved, licence: str) -> bytes:
    """What the columns of the table of a dataset mean: CSV on the Web."""
    table = next((one.ending for one in shelved.files if one.format is CSV), CSV.ending)
    title = shelved.dataset.label or shelved.dataset.id
    content = table_description(f"{shelved.dataset.id}.{table}", title, licence)
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def _blocks(pieces: Pieces, shelved: Shelved, file: File) -> Iterable[bytes]:
    held = shelved.dataset.pieces
    return pieces.packed(held, file.format).blocks() if file.is_packed else pieces.plain(held, file.format)


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        made = Path(file.name)
        try:
            file.writelines(blocks)
            file.flush()
            made.chmod(0o644)
            made.replace(path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
