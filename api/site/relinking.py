"""Addresses of a served page → addresses of a folder of files: every link relative, none of it dead."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from regiograph.linked.addresses import SUFFIXES

BROWSE, QUERY, HOME = "browse.html", "sparql.html", "index.html"

_LINK = re.compile(r'\b(href|src)="(/[^"]*)"')
_LANGUAGES = re.compile(r'<a href="[^"]*\?lang=[^"]*"[^>]*>([^<]*)</a>')


class Relinking:
    """Knows which files a site has. `base` is that of the IRIs, for what has no page of its own."""

    def __init__(self, base: str, files: Collection[str]) -> None:
        self._base = base
        self._files = frozenset(files)

    def page(self, html: str, file: str) -> str:
        """A page with its links made relative to its place in the folder."""

        def relinked(found: re.Match[str]) -> str:
            target = self.target(found[2].replace("&amp;", "&"))
            return f'{found[1]}="{_relative(target, file)}"'

        return _LINK.sub(relinked, _LANGUAGES.sub(r"\1", html))

    def target(self, address: str) -> str:
        """The file, from the root of the site, that stands for an address; with its fragment.

        >>> here = Relinking("https://w3id.org/regiograph", {"id/region/FR.html", "ns.html"})
        >>> here.target("/id/region/FR"), here.target("/ns#Region"), here.target("/id/place/x")
        ('id/region/FR.html', 'ns.html#Region', 'browse.html#https://w3id.org/regiograph/id/place/x')
        """
        parts = urlsplit(address)
        path = unquote(parts.path).strip("/")
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if not path:
            return HOME + fragment
        for file in (path, f"{path}.html"):
            if file in self._files and not parts.query.startswith("after="):
                return quote(file) + fragment
        if path.startswith(("id/", "code/", "graph/")):
            stem, _, suffix = path.rpartition(".")
            thing = stem if suffix in SUFFIXES else path
            return f"{BROWSE}#{self._base}/{quote(thing)}"
        if path.startswith("queries/"):
            return f"{QUERY}#{path.removeprefix('queries/').split('.')[0]}"
        return QUERY if path.startswith(("queries", "sparql")) else HOME + fragment


def _relative(target: str, file: str) -> str:
    return "../" * (len(PurePosixPath(file).parts) - 1) + target
