"""Whether a claim is decided by pairs of twins: items such as one and its perturbed version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from harness.records import Item


def names_of_twins(sides: Sequence[Sequence[Item]]) -> Mapping[str, str]:
    """Return the name of each item that has a twin, by its id; sides are paired by names.

    None has a name where both twins stand on one side: there they are no pair to compare but
    items that hang together.

    Parameters
    ----------
    sides
        The items of each source of a claim.
    """
    for items in sides:
        twins = [item.twin for item in items if item.twin is not None]
        if len(set(twins)) < len(twins):
            return {}
    return {item.id: item.rank for items in sides for item in items if item.twin is not None}


def clusters_of(sides: Sequence[Sequence[Item]], names: Mapping[str, str]) -> Mapping[str, str]:
    """Return the cluster of each item that has one, by its name, or else its id.

    Twins are a cluster where they have no names, which is where both stand on one side.
    """
    found = {
        names.get(item.id, item.id): item.cluster if item.id in names else item.unit
        for items in sides
        for item in items
    }
    return {name: cluster for name, cluster in found.items() if cluster is not None}


def lone_twins(sides: Sequence[Sequence[Item]]) -> Iterator[str]:
    """Yield what to know of a claim whose sides have some pairs of twins, and not only pairs."""
    names = names_of_twins(sides)
    if not names:
        return
    sets = dict.fromkeys(
        frozenset(names.get(item.id, item.id) for item in items) for items in sides
    )
    for one, other in combinations(sets, 2):
        if one & other:
            lone, count = len(one ^ other), len(one) + len(other)
            yield (
                f"{lone} of {count} items have no twin on the other side: "
                "the sides are compared as unpaired ones"
            )
            return
