"""What goes wrong, said to the user: the place, the value, and the next step."""

from __future__ import annotations

from collections.abc import Iterable


class HarnessError(Exception):
    """A mistake that the user can mend.

    Parameters
    ----------
    message
        What is wrong, with the offending value.
    where
        The place: ``file:line`` and key, as far as known.
    hint
        The next step, such as a likely spelling or a command.
    """

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)  # the rest travels in __dict__ when an error is pickled
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Return one line: place, message, next step."""
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}; {self.hint}" if self.hint else text


class ConfigError(HarnessError):
    """The config, a marker or an option is wrong."""


class TaskError(HarnessError):
    """A task or one of its items is wrong."""


class EngineError(HarnessError):
    """An engine can't be opened or can't complete a prompt."""


class ClaimError(HarnessError):
    """A claim can't be stated or can't be decided from these data."""


class BaselineError(HarnessError):
    """A baseline is missing, broken or doesn't fit what it is compared with."""


class PlanError(HarnessError):
    """The plan is broken, lacks a claim, or asks for what can't be had."""


class LedgerError(HarnessError):
    """The ledger of draws and verdicts is broken."""


class StoreError(HarnessError):
    """The store of draws can't be read or written."""


class DiffError(HarnessError):
    """Two sides can't be compared, or one of them can't be found."""


class ContaminationError(HarnessError):
    """Training data can't be read, or there is nothing to compare in them."""


class FileError(HarnessError):
    """A file can't be written."""


class GitError(HarnessError):
    """The repository lacks what is asked of it."""


class ServiceError(HarnessError):
    """A service such as GitHub refuses, or what it needs to be asked is not there."""


class UnavailableError(ServiceError):
    """A service can't be had just now: the same may go well later."""


class RunError(HarnessError):
    """A stored run is broken, cut off, or of another version."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the likeliest spelling of `name`, or list what is known."""
    import difflib  # noqa: PLC0415  needed only once something is wrong

    options = sorted(known)
    close = difflib.get_close_matches(name, options, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known: {', '.join(options)}" if options else "there are none"
