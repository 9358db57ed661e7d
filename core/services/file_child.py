"""Looks inside one uploaded file, in a process of its own: ``python -I file_child.py SOURCE EXTENSION TARGET``.

Whatever a hostile file does to a parser, it does it here: with little memory, little time, no other file to write but
``TARGET``. Prints one JSON line ``{"problem": code or null, "media_type": …, "is_rewritten": …}``; any other end is a
broken file. Imports nothing of the house, so that it starts quickly and knows no secrets.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import zipfile
from pathlib import Path

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 10
MOST_PIXELS = 40_000_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_RATIO = 100
#: A small file may be packed tightly without being a bomb.
RATIO_FROM = 1024 * 1024
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": _WORD,
    "xlsx": _SHEET,
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
_HEART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)


class Problem(Exception):  # noqa: N818 - the code of what is wrong with the file
    """Why the file is refused."""


def limit_ourselves() -> None:
    """Take away what a parser does not need; silent where the system has no such limits."""
    try:
        import resource  # noqa: PLC0415 - optional dependency, not on every system
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MOST_UNPACKED),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def inspect(source: Path, extension: str, target: Path) -> bool:
    """Judge one file; True when ``target`` now holds what is to be kept instead. Raises ``Problem``."""
    if extension == "pdf":
        return _pdf(source)
    if extension in _HEART:
        return _office(source, extension)
    return _image(source, "JPEG" if extension in ("jpg", "jpeg") else "PNG", target)


def _pdf(source: Path) -> bool:
    content = source.read_bytes()
    # at the very beginning: a page of HTML with a PDF further down is both to a browser
    if not content.startswith(b"%PDF-"):
        raise Problem("file_not_its_type")
    if b"%%EOF" not in content[-2048:]:
        raise Problem("file_broken")
    if b"/Encrypt" in content:
        raise Problem("file_locked")
    if re.search(rb"/(Launch|EmbeddedFile)\b", content):
        raise Problem("file_active")
    return False


def _office(source: Path, extension: str) -> bool:
    if not source.read_bytes()[:4].startswith(b"PK\x03\x04"):
        # an office file behind a password is no zip
        locked = source.read_bytes()[:8] == bytes.fromhex("d0cf11e0a1b11ae1")
        raise Problem("file_locked" if locked else "file_not_its_type")
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            _check_entries(entries, source.stat().st_size)
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names or _HEART[extension] not in names:
                raise Problem("file_not_its_type")
            _check_content(archive, entries)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, UnicodeError) as error:
        raise Problem("file_broken") from error
    return False


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Problem("file_too_many_parts")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or (unpacked > RATIO_FROM and unpacked > MOST_RATIO * size):
        raise Problem("file_bomb")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Problem("file_locked")
        if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Problem("file_bomb")
        name = entry.filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name or len(name) > 250:
            raise Problem("file_broken")
        if re.search(r"vbaproject|\.bin\b.*macro|/activex/", name, re.IGNORECASE):
            raise Problem("file_macro")


def _check_content(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        is_links = entry.filename.endswith(".rels")
        if not is_links and not entry.filename.endswith(".xml"):
            continue
        with archive.open(entry) as part:
            head = part.read(2_000_000 if is_links or entry.filename == "[Content_Types].xml" else 4096)
        # other encodings would hide what is looked for below
        if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00")):
            raise Problem("file_broken")
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise Problem("file_active")
        if entry.filename == "[Content_Types].xml" and b"macroenabled" in head.lower():
            raise Problem("file_macro")
        for link in _EXTERNAL.findall(head) if is_links else ():
            if b"external" in link.lower() and b"/hyperlink" not in link.lower():
                raise Problem("file_active")


def _image(source: Path, kind: str, target: Path) -> bool:
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - slow import, for images only

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(source, formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Problem("image_too_large")
            # turned the right way up, then written anew from its points: no EXIF, no place, nothing behind the image
            upright = ImageOps.exif_transpose(image)
            mode = "RGB" if kind == "JPEG" or upright.mode not in ("L", "LA", "RGBA", "P", "1") else upright.mode
            plain = upright.convert("RGBA" if mode == "P" else mode)
            plain.info.clear()
            plain.save(target, format=kind, **({"quality": 88} if kind == "JPEG" else {}))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Problem("image_too_large") from error
    except UnidentifiedImageError as error:
        raise Problem("file_not_its_type") from error
    except (OSError, SyntaxError, ValueError, KeyError, IndexError) as error:
        raise Problem("file_broken") from error
    return True


def main(arguments: list[str]) -> int:
    """Inspect the file named by ``arguments`` and print what was found."""
    source, extension, target = Path(arguments[0]), arguments[1], Path(arguments[2])
    limit_ourselves()
    problem, is_rewritten = None, False
    try:
        is_rewritten = inspect(source, extension, target)
    except Problem as found:
        problem = str(found)
    except MemoryError:
        problem = "file_bomb"
    sys.stdout.write(
        json.dumps({"problem": problem, "media_type": MEDIA_TYPES[extension], "is_rewritten": is_rewritten})
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
