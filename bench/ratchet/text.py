"""What the page says around its tables."""

from __future__ import annotations

from bench.ratchet.lives import Life

#: What the design of this program says of failures per change, in per cent.
PUBLISHED: dict[Life, str] = {
    "keep the best run": "34",
    "promote on significance": "17",
    "promote on significance, draw afresh": "7",
    "accept what passes, draw afresh": "7",
    "refresh on a schedule": "5.0",
    "leave it alone": "5",
}

HEAD = """
# What a baseline's life does to a gate

A model that does not change goes through 50 changes, and a gate holds each against a baseline:
every failure is false. With an alarm at 5% (`no_evidence(candidate < baseline)`), equal draws, the
plain paired t test and the items of `base`, **{best}%** of the changes fail if the best run so far
is kept as the baseline, which then lies {drift} standard errors above the truth; **{sig}%** if a
run that is significantly better is promoted; **{sig_fresh}%** if fresh draws are taken of such a
run, **{passes}%** if fresh draws are taken of whatever passes; **{scheduled}%** if fresh draws are
taken on a schedule, whatever came out.

Changes that each lose half a point pass a margin of two again and again: after 20 of them the
program had let {unanchored} points go, and with a second margin, of three points against a fixed
anchor, {anchored} (`base`, 16 draws on each side).

![drift](drift.png)

All published figures are met. Those of failures are averages over 50 changes of a one-sided test;
"promoting on a fresh resample" may be read in two ways, and both come to 7 within the Monte Carlo
error. Those of creeping losses (-5.5 without an anchor, -2.2 with one) name neither what a change
loses nor the anchor's margin: half a point and three points give them here by the program's own
decisions (by the plain test, which passes more, -6.1 and -2.3); with an anchor at two points it
would be -1.3. The program is more careful than the plain test, for its standard errors have a
floor: its alarms ring less often, its claims of non-inferiority pass less often, and the ratchet
is the same.

A baseline of four times the draws cuts the drift to a quarter where the best run is kept, and to a
half where runs are promoted on significance; but where fresh draws are taken of those, it hardly
lowers the failures, since the comparison sees smaller drifts, too.

Items are those of the embedded study, 450 with the per-item rates of the committed baselines;
draws are binomial, 16 per item of a candidate. `±` is half a 95% interval of the Monte Carlo
error, over {plain} repetitions of the plain test and {program} of the program's decisions. Made by
`python -m bench.ratchet` (with the extra `bench`).
"""

LIFE = """
## Changes that change nothing

- *Keep the best run*: a candidate whose mean is above the baseline's becomes the baseline, with
  the very draws that were looked at.
- *Promote on significance*: one that is better at 5%, one-sided, does.
- *..., draw afresh*: the same candidates are promoted, but the baseline is drawn anew.
- *Accept what passes, draw afresh*: each candidate that did not fail is accepted, and the baseline
  drawn anew.
- *Refresh on a schedule*: the baseline is drawn anew after every tenth change, whatever came out.
- *Leave it alone*: the first baseline stays.

A baseline of 64 draws holds the promoted candidate's own 16 and 48 fresh ones, or 64 fresh ones. A
change fails if the alarm rings. Failures are averaged over the 50 changes and all repetitions.
"""

NON_INFERIORITY = """
## The same lives under a claim of non-inferiority

`candidate > baseline - {margin:g} points`; a change fails unless that is shown. Even with a
baseline drawn afresh some fail, as many as the claim lacks power.
"""

CREEP = """
## Losses that add up

20 changes, each a true loss (the same share of every item's rate) on top of those accepted before.
One is accepted if it is shown to be no worse than the baseline by {margin:g} points, and then
fresh draws of it are the baseline; else it is dropped. With an anchor it must also be shown to be
no worse, by a margin of its own, than the first model, whose draws stay as they are. The first row
of each block, without a loss, says what an anchor costs. A baseline of more draws lets more small
losses pass, not fewer: it proves better that each is within the margin.
"""
