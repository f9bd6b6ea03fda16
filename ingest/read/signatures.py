"""What files begin with that nobody can read as a report, and what to do about it."""

_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a sound or image file"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP container, but not a Word or Excel file"),
    (b"PK\x05\x06", "an empty ZIP container"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
)
_OFFICE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def kind(data: bytes) -> str | None:
    """What the first bytes say a file is; None where they may be text."""
    if data.startswith(_OFFICE) and _ENCRYPTED in data:
        return "a Word or Excel file protected by a password"
    return next((name for signature, name in _KINDS if data.startswith(signature)), None)
