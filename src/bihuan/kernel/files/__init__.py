"""What is this file, may it enter, and how it may leave. See `inspect_upload` and `download_headers`."""

from bihuan.kernel.files.archive import ArchiveLimits, check_archive
from bihuan.kernel.files.errors import REFUSAL_MESSAGES, WARNING_MESSAGES, FileRefused
from bihuan.kernel.files.headers import INLINE_KINDS, download_headers
from bihuan.kernel.files.inspection import DEFAULT_MAX_BYTES, Inspection, digests, inspect_upload
from bihuan.kernel.files.kinds import DEFAULT_ALLOWED, KINDS, SHEET_ALLOWED, Kind

__all__ = [
    "DEFAULT_ALLOWED",
    "DEFAULT_MAX_BYTES",
    "INLINE_KINDS",
    "KINDS",
    "REFUSAL_MESSAGES",
    "SHEET_ALLOWED",
    "WARNING_MESSAGES",
    "ArchiveLimits",
    "FileRefused",
    "Inspection",
    "Kind",
    "check_archive",
    "digests",
    "download_headers",
    "inspect_upload",
]
