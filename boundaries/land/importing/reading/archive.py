"""Zips, unpacked with suspicion: nothing outside the folder, nothing larger than announced."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from boundaries.land.importing.errors import UnreadableFile, UnsafeArchive
from boundaries.land.importing.reading.limits import Limits

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,  # encrypted, or packed in a way that is not known here
    ValueError,
    OverflowError,
    LookupError,
    TypeError,
    AttributeError,
    SyntaxError,  # XML that is none
)
"""What a damaged zip, or a workbook in it, makes the readers of others raise."""
_IGNORED = ("__MACOSX/",)
_CHUNK = 1 << 20


def check(path: Path, limits: Limits) -> None:
    """Refuse a zip that announces too much or names a path outside. Raises UnsafeArchive."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > limits.members:
            raise UnsafeArchive(path.name, f"{len(members)} files in one zip; at most {limits.members}")
        for member in members:
            _check_member(path, member)
        total = sum(member.file_size for member in members)
    if total > limits.unpacked_bytes:
        raise UnsafeArchive(
            path.name, f"it would unpack to {total:,} bytes; at most {limits.unpacked_bytes:,}"
        )
    packed = max(path.stat().st_size, 1)
    if total > 10 << 20 and total > packed * limits.unpacked_ratio:
        raise UnsafeArchive(path.name, f"it would unpack to {total // packed} times its size: a zip bomb")


def unpack(path: Path, folder: Path, limits: Limits) -> list[Path]:
    """The files of a checked zip, each with a plain name in a numbered sub-folder of its own folder.

    Raises UnsafeArchive; UnreadableFile for an encrypted or damaged member.
    """
    check(path, limits)
    folders: dict[str, Path] = {}
    written: list[Path] = []
    with zipfile.ZipFile(path) as archive:
        for member in _wanted(archive):
            inside = PurePosixPath(_name(member))
            place = folders.setdefault(str(inside.parent), folder / str(len(folders)))
            place.mkdir(exist_ok=True)
            target = place / inside.name
            _write(path, archive, member, target)
            written.append(target)
    return written


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or (len(member.filename) > 1 and member.filename[1] == ":"):
        raise UnsafeArchive(path.name, f"“{member.filename}” would be written outside its folder")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnsafeArchive(path.name, f"“{member.filename}” is a link, not a file")
    if member.flag_bits & 0x1:
        raise UnreadableFile(path.name, f"“{member.filename}” is encrypted", hint="unpack it first")


def _wanted(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for member in archive.infolist():
        hidden = PurePosixPath(member.filename).name.startswith(".")
        if not (member.is_dir() or hidden or member.filename.startswith(_IGNORED)):
            yield member


def _name(member: zipfile.ZipInfo) -> str:
    """Windows in China writes names in GBK without saying so; zipfile reads them as cp437."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = member.filename
    return name.replace("\\", "/")


def _write(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    left = member.file_size
    try:
        with archive.open(member) as source, target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise UnsafeArchive(path.name, f"“{member.filename}” is larger than it announces")
                out.write(chunk)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise UnreadableFile(
            path.name, f"“{member.filename}” in the zip is damaged: {error}", hint="pack it again"
        ) from error
