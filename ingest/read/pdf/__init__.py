"""PDF → Form. Knows pages, lines of text, ruled tables and boxes that are ticked; knows no questionnaire.

A PDF has no paragraphs, only words in places. Lines that were broken because the next word had no room are
joined again, others are kept. EUSurvey prints buttons as small images: what is inside tells whether one is
ticked, and only options that are ticked are kept. What stands at the edge of several pages is left out.
"""

from ingest.form import Form, Source
from ingest.read.pdf.apart import pages_of
from ingest.read.pdf.document import Document
from ingest.read.rendition import Rendition
from regiograph.errors import NotReadable

MEDIA_TYPE = "application/pdf"


def recognises(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return data[:1024].lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF-")


def read(source: Source) -> tuple[Form, ...]:
    """The paragraphs and tables of a PDF, as one report.

    Raises:
        NotReadable: protected, damaged, beyond bounds, or pictures of text only.
    """
    pages = pages_of(source)
    if not any(page["words"] for page in pages):
        raise NotReadable(
            "The PDF holds no text, only pictures of it.",
            where=source.name,
            way_out="Send the PDF as EUSurvey or the word processor made it, not a scan of it.",
        )
    rendition = Rendition()
    Document(pages).write(rendition)
    return (rendition.form(source, MEDIA_TYPE),)
