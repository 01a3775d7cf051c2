"""DOCX and XLSX are ZIP files, and a ZIP file tells when it was packed: packed anew, with one moment for every member."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_MOMENT = (1980, 1, 1, 0, 0, 0)


def repacked(data: bytes) -> bytes:
    """The same members in the same order, with a fixed moment and the same rights on every system."""
    with ZipFile(io.BytesIO(data)) as before, io.BytesIO() as file:
        with ZipFile(file, "w") as after:
            for name in before.namelist():
                member = ZipInfo(name, _MOMENT)
                member.compress_type = ZIP_DEFLATED
                member.create_system = 3
                member.external_attr = 0o600 << 16
                after.writestr(member, before.read(name))
        return file.getvalue()
