"""Lines of `samples_<task>_<date>.jsonl`, which lm-eval writes under `--log_samples`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from harness.engines.recorded.entry import Entry, Row, key_of, shortened
from harness.engines.recorded.messages import user_text
from harness.errors import EngineError
from harness.records import Draw


class LmEvalRows:
    """Makes draws of the responses to each document: all repeats, before any filter.

    lm-eval writes each document once for each filter: the lines of the first filter are taken.

    Parameters
    ----------
    field
        The field of a document that is the prompt; empty for the context that the model was given.
    """

    def __init__(self, field: str = "") -> None:
        self._field = field
        self._filter: object = None

    def entry(self, row: Row, place: int) -> Entry | None:
        """Return whose responses a line holds, and how many."""
        said = _responses(row)
        if self._filter is None:
            self._filter = row.get("filter", "")
        if row.get("filter", "") != self._filter:
            return None
        key, shown = self._key(row)
        return Entry(key=key, shown=shown, place=place, count=len(said), order=0)

    def draws(self, row: Row, stop: int) -> Sequence[Draw]:
        """Return the first responses."""
        return [Draw(text=text) for text in _responses(row)[:stop]]

    def _key(self, row: Row) -> tuple[bytes, str]:
        if self._field:
            doc = row.get("doc")
            prompt = doc.get(self._field) if isinstance(doc, dict) else None
            if not isinstance(prompt, str):
                msg = f"its doc has no text {self._field!r}"
                known = ", ".join(map(str, doc)) if isinstance(doc, dict) else "nothing"
                raise EngineError(msg, hint=f"it has {shortened(known)}")
            return key_of("prompt", prompt), prompt
        context = _context(row.get("arguments"))
        if context is not None:
            return key_of("prompt", context), context
        digest = row.get("prompt_hash")
        if isinstance(digest, str):
            return key_of("sha256", digest), f"prompt_hash {digest}"
        msg = "has neither the context of its request nor a prompt_hash"
        raise EngineError(msg, hint="name a field of its doc: columns: {prompt: question}")


def _responses(row: Row) -> list[str]:
    resps = row.get("resps")
    if not isinstance(resps, list) or not resps:
        msg = "needs 'resps', and is no line of lm-eval's samples"
        raise EngineError(msg, hint="write them with lm-eval's --log_samples")
    said = resps[0]
    if len(resps) > 1 or not isinstance(said, list) or not all(isinstance(x, str) for x in said):
        msg = "holds likelihoods or several requests to a document, not texts"
        raise EngineError(msg, hint="only logs of tasks of output_type generate_until are read")
    return said


def _context(arguments: object) -> str | None:
    """Return the context of the first request, as lm-eval's tracker or its API writes it."""
    request: object = None
    if isinstance(arguments, dict):
        request = arguments.get("gen_args_0")
    elif isinstance(arguments, list) and arguments:
        request = arguments[0]
    if isinstance(request, dict):
        found = request.get("arg_0")
    else:
        found = request[0] if isinstance(request, list) and request else None
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], str):
        try:
            return user_text(json.loads(found[0]))  # a chat, which lm-eval keeps as JSON
        except ValueError:
            return None
    return found if isinstance(found, str) else None
