"""Files that a crash, or the loss of power, leaves as they were or as they are to be."""

from __future__ import annotations

import os
from pathlib import Path

from .entries import Entry, address, entry, parse, records


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


def keep_lost(path: Path, entries: list[Entry]) -> None:
    """Adds what will never be sent to a file for people, on the disk: each record once, also where a crash has the next
    process do it again."""
    before = path.read_bytes() if path.exists() else b""
    known = {one for payload in parse(before)[0] for one in records(payload)}
    payloads = [address(place, base) + body for place, base, body in entries]
    new = [one for payload in payloads for one in records(payload) if one not in known]
    anew = path.with_suffix(".new")
    with open(anew, "wb") as file:
        file.write(before + b"".join(entry(address(place, base) + line) for place, base, line in new))
        file.flush()
        os.fsync(file.fileno())
    anew.replace(path)
    sync_folder(path.parent)
