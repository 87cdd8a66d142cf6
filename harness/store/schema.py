"""The tables of the store, and what changed from version to version."""

from __future__ import annotations

_FIRST = """
CREATE TABLE streams (
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, arm TEXT NOT NULL,
    identity TEXT NOT NULL, run TEXT NOT NULL, created TEXT NOT NULL
);
CREATE TABLE prompts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, text BLOB NOT NULL);
CREATE TABLE draws (
    stream INTEGER NOT NULL, prompt INTEGER NOT NULL, n INTEGER NOT NULL,
    text BLOB NOT NULL, finish TEXT NOT NULL, seed TEXT, prompt_tokens INTEGER,
    tokens INTEGER, seconds REAL, transcript BLOB NOT NULL, scored TEXT NOT NULL,
    PRIMARY KEY (stream, prompt, n)
);
CREATE TABLE scorers (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, metrics TEXT NOT NULL);
CREATE TABLE scores (
    scorer INTEGER NOT NULL, stream INTEGER NOT NULL, item TEXT NOT NULL, n INTEGER NOT NULL,
    metrics BLOB NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (scorer, stream, item, n)
) WITHOUT ROWID;
"""
_ITEMS = """
CREATE TABLE items (id TEXT PRIMARY KEY, prompt INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX items_of_prompt ON items (prompt);
"""
#: What leads from each version to the next; a new file is of version 0.
STEPS = (_FIRST, _ITEMS)
SCHEMA = len(STEPS)  # 1: first version; 2: which prompt an item asks
