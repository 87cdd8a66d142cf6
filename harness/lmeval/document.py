"""One document of a task, as lm-eval prompts with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.errors import TaskError
from harness.records import Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a task; the hashes are those of lm-eval's logged samples.

    Attributes
    ----------
    prompt
        The text to go on from; of a document with choices, these as JSON, for they are all asked.
    target
        What is right: a text, or the number of a choice.
    until
        What ends a completion.
    choices
        Context and continuation of each choice whose likelihood is asked for.
    """

    number: int
    doc: Any
    prompt: str
    target: str
    until: tuple[str, ...]
    choices: Choices
    doc_hash: str
    prompt_hash: str
    target_hash: str

    @property
    def probe(self) -> str:
        """An answer of the right form."""
        return json.dumps([(-1.0, False)] * len(self.choices)) if self.choices else self.target

    def answered(self, text: str, task: str) -> list[Any]:
        """Return the document's requests, as instances of lm-eval's, with a draw's responses.

        Raises
        ------
        TaskError
            If likelihoods are wanted, and the text holds none.
        """
        from lm_eval.api.instance import Instance  # noqa: PLC0415  takes seconds

        said = self._likelihoods(text) if self.choices else [text]
        kind = "loglikelihood" if self.choices else "generate_until"
        return [
            Instance(
                request_type=kind, doc=self.doc, arguments=arguments, idx=place,
                metadata=(task, self.number, 1), resps=[said[place]],
            )
            for place, arguments in enumerate(self.choices or ((self.prompt, {}),))
        ]  # fmt: skip

    def _likelihoods(self, text: str) -> list[tuple[float, bool]]:
        try:
            found = [(float(value), bool(greedy)) for value, greedy in json.loads(text)]
        except (TypeError, ValueError):
            found = []
        if len(found) != len(self.choices):
            what = f"likelihoods of the {len(self.choices)} choices of document {self.number}"
            msg = f"{text[:80]!r} is no list of the {what}"
            raise TaskError(msg, hint="take a record of draws of this very task")
        return found


def read_document(task: Any, requests: Sequence[Any]) -> Document:  # noqa: ANN401  of lm-eval
    """Read what a task's requests to a model on one document are about."""
    from lm_eval.utils import handle_non_serializable, hash_string  # noqa: PLC0415  takes seconds

    first = requests[0]
    context, options = first.args[:2]
    choices: Choices = ()
    if first.request_type == "loglikelihood":
        choices, options = tuple(one.args[:2] for one in requests), {}
    target = str(task.doc_to_target(first.doc))
    content = json.dumps(first.doc, indent=2, default=handle_non_serializable, ensure_ascii=False)
    return Document(
        number=first.doc_id,
        doc=first.doc,
        prompt=json.dumps(choices, ensure_ascii=False) if choices else context,
        target=target,
        until=_until(options.get("until")),
        choices=choices,
        doc_hash=hash_string(content),
        prompt_hash=hash_string(context),
        target_hash=hash_string(target),
    )


def _until(stops: str | Sequence[str] | None) -> tuple[str, ...]:
    found = (stops,) if isinstance(stops, str) else tuple(stops or ())
    return tuple(stop for stop in found if stop)
