"""What training data are read as: blocks, and how far the reading is."""

from __future__ import annotations

from dataclasses import dataclass

BLOCK = 1 << 20  # bytes of text


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of the training data.

    Attributes
    ----------
    name
        The file.
    text
        Text of one document, or documents with `SEPARATOR` between them.
    line
        The line on which the text begins, if it is of many lines.
    rows
        The line or row of each document; empty for text of many lines.
    continues
        Whether it goes on in the document in which the block before ended.
    """

    name: str
    text: str | bytes
    line: int = 1
    rows: tuple[int, ...] = ()
    continues: bool = False


@dataclass(slots=True, kw_only=True)
class Reading:
    """How far the reading is, and what was odd about it.

    Attributes
    ----------
    done, whole
        Bytes read of all files as they are stored; `whole` is 0 where it is not known.
    files, skipped
        Files read, and files in a folder that are of no known kind.
    text
        Bytes, or characters of JSON and Parquet, that were compared.
    records, lacking, broken
        Records read; those that had no text in the field; lines that were no JSON, or too long.
    """

    done: int = 0
    whole: int = 0
    files: int = 0
    skipped: int = 0
    text: int = 0
    records: int = 0
    lacking: int = 0
    broken: int = 0
