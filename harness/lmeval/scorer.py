"""Score draws, one at a time, by a task's own filters and metrics."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

from harness.errors import TaskError, did_you_mean
from harness.lmeval.borrow import Borrowed, line
from harness.lmeval.contain import contained
from harness.lmeval.document import Document
from harness.lmeval.rules import CORRECT, Pair, check_filters, named, source
from harness.records import Draw, Item, Score

_SCORES = ("output_type", "filter_list", "metric_list", "process_results", "doc_to_choice")


class LmEvalScorer:
    """Scores the draws of a borrowed task; the same text of the same item is scored once.

    Parameters
    ----------
    borrowed
        The task.
    documents
        Its documents by the ids of their items.
    chosen
        Names of metrics, and which pair each of them is; None for all there are.
    think_end
        What ends a model's reasoning: it is left out before the rest is read.

    Raises
    ------
    TaskError
        If a metric is not there, can't be had of one draw, or does not lie in [0, 1].
    """

    heavy = False

    def __init__(
        self,
        borrowed: Borrowed,
        documents: Mapping[str, Document],
        chosen: Mapping[str, str] | None = None,
        think_end: str | None = None,
    ) -> None:
        self._task, self._name, self.documents = borrowed.task, borrowed.name, documents
        self._think_end = think_end
        self._filters = {filters.name: filters for filters in borrowed.task._filters}  # noqa: SLF001
        self._pairs = self._choose(next(iter(documents.values())), chosen)
        self.metrics = tuple(self._pairs)
        self.answer = CORRECT if CORRECT in self._pairs else self.metrics[0]
        self.hash = self._hashed()
        told = sorted((identity, one.doc_hash) for identity, one in documents.items())
        self.told = hashlib.blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()
        self._scored = functools.lru_cache(maxsize=1 << 16)(self._score)

    def score(self, item: Item, draw: Draw) -> Score:
        """Score one draw of `item`."""
        return self._scored(item.id, draw.text)

    def right(self, item: Item) -> str:
        """Return the hash of the right answer, which is that of every draw scored 1."""
        return _digest("right", item.reference)

    def _score(self, identity: str, text: str) -> Score:
        document = self.documents[identity]
        found, said = self._measured(document, text, {pair[1] for pair in self._pairs.values()})
        values = {name: self._checked(found, pair, document) for name, pair in self._pairs.items()}
        filtered = said[self._pairs[self.answer][1]]
        if values[self.answer] == 1.0:
            answer = _digest("right", document.target)
        else:
            answer = "" if filtered is None else _digest("said", str(filtered))
        return Score(metrics=tuple(values.values()), answer=answer)

    def _measured(
        self, document: Document, text: str, names: set[str]
    ) -> tuple[dict[Pair, Any], dict[str, Any]]:
        """Filter and score one text, as if it were all that was said on a document."""
        from lm_eval.models.utils import postprocess_generated_text  # noqa: PLC0415  takes seconds

        with contained():
            if not document.choices:
                text = postprocess_generated_text(text, list(document.until), self._think_end)
            instances = document.answered(text, self._name)
            found: dict[Pair, Any] = {}
            filtered: dict[str, Any] = {}
            try:
                for name in (name for name in self._filters if name in names):
                    self._filters[name].apply(instances)
                    said = [one.filtered_resps[name] for one in instances]
                    values = self._task.process_results(document.doc, said)
                    found |= {(metric, name): value for metric, value in values.items()}
                    filtered[name] = said if document.choices else said[0]
            except Exception as error:
                msg = f"task {self._name!r} can't score document {document.number}: {line(error)}"
                raise TaskError(msg) from error
        return found, filtered

    def _choose(self, probe: Document, chosen: Mapping[str, str] | None) -> dict[str, Pair]:
        """Find the metrics that are asked for, and see that they are sound, by scoring a target."""
        first = next(iter(self._filters))
        wanted: dict[str, Pair] = {}
        for name, given in (chosen or {}).items():
            metric, _, filtered = given.partition(",")
            wanted[name] = (metric, filtered or first)
        names = {pair[1] for pair in wanted.values()} or set(self._filters)
        for name in sorted(names & self._filters.keys()):
            check_filters(self._filters[name], self._name)
        found, _ = self._measured(probe, probe.probe, names)
        pairs = wanted or named(list(found), several=len(self._filters) > 1)
        for pair in pairs.values():
            if pair not in found:
                msg = f"task {self._name!r} has no metric {','.join(pair)!r}"
                known = [",".join(one) for one in found] + sorted(self._filters.keys() - names)
                raise TaskError(msg, hint=did_you_mean(",".join(pair), known))
            self._checked(found, pair, probe)
        return pairs

    def _checked(self, found: Mapping[Pair, Any], pair: Pair, document: Document) -> float:
        value: Any = found.get(pair)
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not 0.0 <= number <= 1.0:
            msg = (
                f"metric {','.join(pair)!r} of task {self._name!r} is {str(value)[:80]!r} on "
                f"document {document.number}, no number from 0 to 1"
            )
            raise TaskError(msg, hint="name those to take under `metrics:`, without this one")
        return number

    def _hashed(self) -> str:
        import lm_eval  # noqa: PLC0415  takes seconds

        config = self._task.config
        rules = [
            lm_eval.__version__,
            [[name, *pair] for name, pair in self._pairs.items()],
            self._think_end,
            sorted({document.until for document in self.documents.values()}),
            [getattr(config, key, None) for key in _SCORES],
            "" if type(self._task).__module__.startswith("lm_eval.") else source(type(self._task)),
        ]
        content = json.dumps(rules, default=source)
        return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _digest(kind: str, answer: str) -> str:
    content = f"{kind}\n{answer}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=4).hexdigest()
