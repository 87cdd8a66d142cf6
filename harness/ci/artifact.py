"""What a workflow run left behind: data that may be forged, taken within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness.ci.access import check_url
from harness.ci.client import Client
from harness.errors import RunError

if TYPE_CHECKING:
    import requests

_MEMBER = "run.json"
_MOST = 32 * 2**20  # bytes, packed as well as unpacked
_CHUNK = 2**16
_TIMEOUT = (10.0, 30.0)  # seconds to connect, and between two bytes


def fetch_run(client: Client, repository: str, run: int, name: str) -> bytes | None:
    """Return the `run.json` of an artifact that a workflow run left; None if it left none.

    Nothing is unpacked to the disk: it is one member, read up to 32 MiB.

    Raises
    ------
    RunError
        If the artifact is too large, is broken, or holds no `run.json`.
    ServiceError
        If GitHub refuses.
    """
    path = f"/repos/{repository}/actions/runs/{run}/artifacts"
    found = [row for row in _artifacts(client, path, name) if not row["expired"]]
    if not found:
        return None
    latest = max(found, key=lambda row: int(row["id"]))
    where = f"artifact {name}"
    if latest["size_in_bytes"] > _MOST:
        raise _too_large(where)
    return _member(_download(client, repository, latest["id"], where), where)


def _artifacts(client: Client, path: str, name: str) -> list[dict[str, int]]:
    """Return the artifacts of that name; their list comes within an object, unlike others."""
    answer = client.ask("GET", path, query={"name": name, "per_page": 100})
    data = client.good(answer, f"GET {path}")
    return [row for row in data["artifacts"] if row["name"] == name]


def _download(client: Client, repository: str, number: int, where: str) -> bytes:
    answer = client.ask("GET", f"/repos/{repository}/actions/artifacts/{number}/zip")
    if not answer.location:
        client.good(answer, where)
        raise RunError("is nowhere to be had", where=where)
    address = check_url(answer.location, where)
    import requests  # noqa: PLC0415  only commands that ask a service need it

    while True:
        try:
            # Without the token: the address itself lets one in, for a minute.
            with requests.get(address, stream=True, timeout=_TIMEOUT) as response:
                response.raise_for_status()
                return _bounded(response, where)
        except requests.RequestException as error:
            host = urlsplit(address).hostname
            client.patience.wait(f"{where}: {host} can't be read: {type(error).__name__}")


def _bounded(response: requests.Response, where: str) -> bytes:
    found = bytearray()
    for chunk in response.iter_content(_CHUNK):
        found += chunk
        if len(found) > _MOST:
            raise _too_large(where)
    return bytes(found)


def _member(packed: bytes, where: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive, archive.open(_MEMBER) as file:
            text = file.read(_MOST + 1)
    except KeyError:
        msg = f"holds no {_MEMBER}"
        raise RunError(msg, where=where, hint="upload it as the gate's job does") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        # RuntimeError: it is encrypted, or packed in a way that zipfile lacks.
        msg = f"can't be unpacked: {type(error).__name__}"
        raise RunError(msg, where=where) from None
    if len(text) > _MOST:
        raise _too_large(where)
    return text


def _too_large(where: str) -> RunError:
    return RunError(f"is larger than {_MOST // 2**20} MiB", where=where)
