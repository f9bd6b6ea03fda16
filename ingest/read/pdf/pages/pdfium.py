"""The functions of PDFium that we call, with what they take and give. Knows C types; knows no pages.

The package pypdfium2 brings the library, and declarations of all its functions; to load those takes longer
than to read a report.
"""

import ctypes
from ctypes import POINTER, c_char_p, c_double, c_float, c_int, c_size_t, c_uint, c_ulong, c_void_p
from typing import Any

ERR_PASSWORD, ERR_SECURITY = 4, 5
FLAT_NORMALDISPLAY = 0
ANNOT_WIDGET = 20
PAGEOBJ_TEXT, PAGEOBJ_PATH, PAGEOBJ_IMAGE, PAGEOBJ_FORM = 1, 2, 3, 5
SEGMENT_LINETO, SEGMENT_MOVETO = 0, 2
BITMAP_GRAY, BITMAP_BGR, BITMAP_BGRA = 1, 2, 4


class Rect(ctypes.Structure):
    """FS_RECTF."""

    _fields_ = [(side, c_float) for side in ("left", "top", "right", "bottom")]


class Matrix(ctypes.Structure):
    """FS_MATRIX."""

    _fields_ = [(name, c_float) for name in "abcdef"]


_NUMBERS = POINTER(c_uint), POINTER(c_uint)
_FUNCTIONS: dict[str, tuple[Any, ...]] = {  # what it gives, then what it takes; a handle is a c_void_p
    "FPDF_InitLibrary": (None,),
    "FPDF_LoadMemDocument64": (c_void_p, c_char_p, c_size_t, c_char_p),
    "FPDF_GetLastError": (c_ulong,),
    "FPDF_GetPageCount": (c_int, c_void_p),
    "FPDF_LoadPage": (c_void_p, c_void_p, c_int),
    "FPDF_ClosePage": (None, c_void_p),
    "FPDF_GetPageWidthF": (c_float, c_void_p),
    "FPDF_GetPageHeightF": (c_float, c_void_p),
    "FPDF_GetPageBoundingBox": (c_int, c_void_p, POINTER(Rect)),
    "FPDF_RenderPageBitmap": (None, c_void_p, c_void_p, c_int, c_int, c_int, c_int, c_int, c_int),
    "FPDFPage_GetRotation": (c_int, c_void_p),
    "FPDFPage_Flatten": (c_int, c_void_p, c_int),
    "FPDFPage_GetAnnotCount": (c_int, c_void_p),
    "FPDFPage_GetAnnot": (c_void_p, c_void_p, c_int),
    "FPDFPage_CloseAnnot": (None, c_void_p),
    "FPDFPage_RemoveAnnot": (c_int, c_void_p, c_int),
    "FPDFAnnot_GetSubtype": (c_int, c_void_p),
    "FPDFText_LoadPage": (c_void_p, c_void_p),
    "FPDFText_ClosePage": (None, c_void_p),
    "FPDFText_CountChars": (c_int, c_void_p),
    "FPDFText_GetUnicode": (c_uint, c_void_p, c_int),
    "FPDFText_IsGenerated": (c_int, c_void_p, c_int),
    "FPDFText_GetLooseCharBox": (c_int, c_void_p, c_int, POINTER(Rect)),
    "FPDFText_GetTextObject": (c_void_p, c_void_p, c_int),
    "FPDFText_GetFontInfo": (c_ulong, c_void_p, c_int, c_char_p, c_ulong, POINTER(c_int)),
    "FPDFText_GetFontWeight": (c_int, c_void_p, c_int),
    "FPDFText_GetFontSize": (c_double, c_void_p, c_int),
    "FPDFText_GetMatrix": (c_int, c_void_p, c_int, POINTER(Matrix)),
    "FPDFPage_CountObjects": (c_int, c_void_p),
    "FPDFPage_GetObject": (c_void_p, c_void_p, c_int),
    "FPDFFormObj_CountObjects": (c_int, c_void_p),
    "FPDFFormObj_GetObject": (c_void_p, c_void_p, c_ulong),
    "FPDFPageObj_GetType": (c_int, c_void_p),
    "FPDFPageObj_SetIsActive": (c_int, c_void_p, c_int),
    "FPDFTextObj_GetTextRenderMode": (c_int, c_void_p),
    "FPDFPageObj_GetMatrix": (c_int, c_void_p, POINTER(Matrix)),
    "FPDFImageObj_GetImagePixelSize": (c_int, c_void_p, *_NUMBERS),
    "FPDFImageObj_GetRenderedBitmap": (c_void_p, c_void_p, c_void_p, c_void_p),
    "FPDFPath_GetDrawMode": (c_int, c_void_p, POINTER(c_int), POINTER(c_int)),
    "FPDFPath_CountSegments": (c_int, c_void_p),
    "FPDFPath_GetPathSegment": (c_void_p, c_void_p, c_int),
    "FPDFPathSegment_GetPoint": (c_int, c_void_p, POINTER(c_float), POINTER(c_float)),
    "FPDFPathSegment_GetType": (c_int, c_void_p),
    "FPDFPathSegment_GetClose": (c_int, c_void_p),
    "FPDFBitmap_Create": (c_void_p, c_int, c_int, c_int),
    "FPDFBitmap_Destroy": (None, c_void_p),
    "FPDFBitmap_FillRect": (c_int, c_void_p, c_int, c_int, c_int, c_int, c_ulong),
    "FPDFBitmap_GetBuffer": (c_void_p, c_void_p),
    "FPDFBitmap_GetFormat": (c_int, c_void_p),
    "FPDFBitmap_GetWidth": (c_int, c_void_p),
    "FPDFBitmap_GetHeight": (c_int, c_void_p),
    "FPDFBitmap_GetStride": (c_int, c_void_p),
}


def load(path: str) -> Any:
    """The library, ready to be called.

    Raises:
        OSError: there is no library at the path.
        AttributeError: it lacks a function.
    """
    library = ctypes.PyDLL(path)  # one thread alone: no need to let others run at each call
    for name, (gives, *takes) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = gives, takes
    library.FPDF_InitLibrary()
    return library
