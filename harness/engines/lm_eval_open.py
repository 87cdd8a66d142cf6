"""Open a model of lm-eval's: find it, and tell what it is."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import inspect
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.engines.lm_eval import LmEvalEngine, Manner
from harness.errors import EngineError, did_you_mean
from harness.lmeval import contained, line

_SECRET = re.compile(r"api_?key|auth|secret|password|^token$|header", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_PACKAGES = ("torch", "transformers", "vllm", "sglang")  # what samples, where a model is local


def open_lm_eval(options: Mapping[str, str]) -> LmEvalEngine:
    """Open a model; it is loaded when its first draw is asked for.

    Its name, its arguments, the files of a local checkpoint and the versions of what runs it are
    its identity. Secrets are no part of it.

    Raises
    ------
    EngineError
        If lm-eval knows no such model, or an argument holds a secret.
    """
    name, args = options["model"], json.loads(options.get("args", "{}"))
    for key, value in args.items():
        if _SECRET.search(key) and not _VARIABLE.fullmatch(str(value)):
            msg = f"the argument {key!r} is a secret, and does not belong in a config"
            raise EngineError(msg, hint="write ${NAME}, for the environment variable NAME")
    source = _source(name)
    batch_size = int(options["batch_size"]) if "batch_size" in options else None
    manner = Manner(
        batch_size=batch_size or 1,
        threads=int(args.get("num_concurrent", 1)),
        until=tuple(json.loads(options.get("until", "[]"))),
        chat=json.loads(options.get("apply_chat_template", "false")),
    )
    pretrained = str(args.get("pretrained", ""))
    packages = [f"{package} {_version(package)}" for package in ("lm_eval", *_PACKAGES)]
    identity = [
        "lm_eval", name, source, {key: _content(value) for key, value in args.items()},
        options.get("revision", ""), manner.batch_size, manner.until, manner.chat,
        packages if pretrained else packages[:1],
    ]  # fmt: skip
    digest = hashlib.blake2b(json.dumps(identity, sort_keys=True).encode(), digest_size=16)
    return LmEvalEngine(
        name,
        lambda: _load(name, args, batch_size),
        manner,
        digest.hexdigest(),
        pinned=bool(options.get("revision")) or (pretrained != "" and Path(pretrained).is_dir()),
    )


def _load(name: str, args: Mapping[str, Any], batch_size: int | None) -> Any:  # noqa: ANN401
    """Make the model; requests to a server go through threads of ours, not its own."""
    kind = _model_class(name)
    given = {key: _expanded(key, value) for key, value in args.items()}
    if any(base.__name__ == "TemplateAPI" for base in kind.__mro__):
        given.pop("num_concurrent", None)
    return kind.create_from_arg_obj(given, {"batch_size": batch_size})


def _model_class(name: str) -> Any:  # noqa: ANN401  lm-eval has no types
    module, colon, attribute = name.partition(":")
    if colon:
        return getattr(importlib.import_module(module), attribute)
    import lm_eval.models  # noqa: F401, PLC0415  fills the registry
    from lm_eval.api.registry import get_model  # noqa: PLC0415  takes a second

    return get_model(name)


def _source(name: str) -> str:
    """Return the source of a model that is none of lm-eval's own."""
    with contained():
        from lm_eval.api.registry import model_registry  # noqa: PLC0415  takes a second
        from lm_eval.models import MODEL_MAPPING  # noqa: PLC0415  as above

        known = set(MODEL_MAPPING) | set(model_registry.keys())
    if name in MODEL_MAPPING:
        return ""  # its version tells; importing it may take torch
    if ":" not in name and name not in known:
        msg = f"lm-eval knows no model {name!r}"
        hint = did_you_mean(name, known)
        raise EngineError(msg, hint=f"{hint} A class of your own is written module:Class")
    try:
        return Path(inspect.getfile(_model_class(name))).read_text(encoding="utf-8")
    except Exception as error:
        msg = f"can't import {name!r}: {line(error)}"
        raise EngineError(msg, hint="is its folder in pytest's `pythonpath`?") from error


def _expanded(key: str, value: object) -> object:
    found = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    if found[1] not in os.environ:
        msg = f"the environment variable {found[1]} is not set, for the argument {key!r}"
        raise EngineError(msg, hint=f"export {found[1]}=...")
    return os.environ[found[1]]


def _content(value: object) -> object:
    """Return what stands for an argument: of a local file or folder, a hash of its content."""
    path = Path(value) if isinstance(value, str) and "\0" not in value else None
    if path is None or not path.exists():
        return value
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    digest = hashlib.blake2b(digest_size=16)
    for one in files:
        digest.update(str(one.relative_to(path)).encode() + b"\0")
        with one.open("rb") as file:
            digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.hexdigest()


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
