"""Files attached to a PDF, such as the credential of a printed record."""

import io
import struct
import zlib
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.errors import DependencyError, DeprecationError, LimitReachedError, PyPdfError

from credentials.documents.baking.kinds import MAX_TEXT, check_file
from credentials.documents.errors import DocumentError

MAX_ATTACHMENTS = 50
_MAX_TOTAL = 2 * MAX_TEXT
_MAX_NAME = 200
_LIMITS: dict[str, Any] = {
    "maximum_declared_stream_length": MAX_TEXT,
    "array_based_stream_maximum_output_length": MAX_TEXT,
    "zlib_maximum_output_length": MAX_TEXT,
    "zlib_maximum_recovery_input_length": 100_000,
    "lzw_maximum_output_length": MAX_TEXT,
    "run_length_maximum_output_length": MAX_TEXT,
    "brotli_maximum_output_length": MAX_TEXT,
    "stream_filters_maximum_length": 4,
    "stream_decoding_work_maximum_length": 4 * MAX_TEXT,
    "jbig2dec_binary": None,
}
# What pypdf lets out on broken files besides its own errors.
_BROKEN = (
    *(
        PyPdfError,
        DependencyError,
        DeprecationError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
    ),
    *(AssertionError, NotImplementedError, RecursionError, zlib.error, struct.error, OSError),
)


def extract_pdf(data: bytes) -> list[tuple[str, bytes]]:
    """Return name and content of each attached file; an empty list if there is none.

    Raises DocumentError: pdf-encrypted, pdf-malformed, pdf-too-much, file-too-large, not-pdf.
    """
    check_file(data)
    if b"%PDF-" not in data[:1024]:
        raise DocumentError("not-pdf")
    try:
        with apply_configuration(**_LIMITS):
            return _attached(data)
    except LimitReachedError:
        raise DocumentError("pdf-too-much") from None
    except _BROKEN:
        raise DocumentError("pdf-malformed") from None


def _attached(data: bytes) -> list[tuple[str, bytes]]:
    reader = PdfReader(
        io.BytesIO(data), root_object_recovery_limit=1_000, xref_stream_maximum_entries=100_000
    )
    if reader.is_encrypted:
        raise DocumentError("pdf-encrypted")
    found: list[tuple[str, bytes]] = []
    total = 0
    for entry in reader.attachment_list:
        content = bytes(entry.content)
        total += len(content)
        if len(found) >= MAX_ATTACHMENTS or total > _MAX_TOTAL:
            raise DocumentError("pdf-too-much")
        name = str(entry.alternative_name or entry.name)
        found.append((name[:_MAX_NAME], content))
    return found
