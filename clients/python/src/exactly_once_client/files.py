"""Files that a crash, or the loss of power, leaves as they were or as they are to be."""

from __future__ import annotations

import os
from itertools import chain, count
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Makes a folder, and those above it, on the disk."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Has the files that were made in a folder, and deleted, so on the disk."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def delete(path: Path) -> None:
    """Deletes a file, on the disk: it does not come back while one that was deleted later stays away."""
    path.unlink()
    sync_folder(path.parent)


def end_at(path: Path, size: int) -> None:
    """Has a file end there, on the disk: a tail that came back behind a newer file would be taken for damage."""
    with open(path, "r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def keep_lost(folder: Path, name: str, lines: bytes) -> Path:
    """Keeps what will never be sent in a file of its own, for people, on the disk: in full or not at all, and once, also
    where a crash has the next process do it again. What was lost under this name before stays beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    anew = folder / f"{name}.new"
    with open(anew, "wb") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    names = chain([name], (f"{name}-{at}" for at in count(2)))
    path = next(path for path in (folder / f"{one}.ndjson" for one in names)
                if not path.exists() or path.read_bytes() == lines)
    anew.replace(path)
    for made in (folder, *folder.parents[:2]):
        sync_folder(made)
    return path
