"""PDF bytes → the words, rulings and marks of its pages, as JSON. Runs as a process of its own.

A PDF from a stranger can make any library loop, fill the memory or crash; nothing within a process can stop
that. So `ingest.read.pdf` starts this package with the bytes on standard input, with limits on memory, time
and the amount of everything. It imports nothing of ours and no package, only the library PDFium itself.
Lengths are points, from the top left corner of a page as shown.
"""
