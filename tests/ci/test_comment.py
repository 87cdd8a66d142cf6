"""`harness ci comment` on GitHub: one comment, that stays and says what is the case now."""

from __future__ import annotations

from harness.ci.sticky import marked
from tests.ci.conftest import Run
from tests.ci.github import BOT, FakeGitHub

MARK = "<!-- rl-eval-harness:gate -->"


def test_the_first_comment_is_created(github: FakeGitHub, say: Run) -> None:
    """A workflow's token may not ask who it is, and comments all the same."""
    out = say("it *works*")
    assert github.bodies() == [f"{MARK}\nit *works*"]
    url = "https://github.com/acme/models/pull/7#issuecomment-1"
    assert out == f"pull request #7: comment created: {url}\n"


def test_the_next_one_changes_it(github: FakeGitHub, say: Run) -> None:
    """There is one comment, with the latest text."""
    say("red")
    assert "comment updated" in say("green")
    assert github.bodies() == [f"{MARK}\ngreen"]
    assert github.asked("POST") == 1


def test_the_same_text_writes_nothing(github: FakeGitHub, say: Run) -> None:
    """Nobody is notified of nothing new, however the host ends lines."""
    github.comment(f"{MARK}\r\nred\r\nas before\r\n")
    assert "comment unchanged" in say("red\nas before")
    assert github.asked("POST") + github.asked("PATCH") == 0


def test_it_is_found_behind_350_older_ones(github: FakeGitHub, say: Run) -> None:
    """All pages are read, 100 comments each."""
    for number in range(350):
        github.comment(f"comment {number}", "someone")
    github.comment(f"{MARK}\nred")
    say("green")
    assert github.bodies() == [f"{MARK}\ngreen"]
    assert [request.query["page"] for request in github.log if "page" in request.query] == [
        ["1"], ["2"], ["3"], ["4"],
    ]  # fmt: skip


def test_a_full_last_page_is_no_end(github: FakeGitHub, say: Run) -> None:
    """Exactly 100 comments are followed by an empty page, and by ours."""
    for number in range(100):
        github.comment(f"comment {number}", "someone")
    say("green")
    assert github.bodies() == [f"{MARK}\ngreen"]


def test_a_foreign_comment_with_our_mark_is_left_alone(github: FakeGitHub, say: Run) -> None:
    """Anyone can copy a mark: another's comment is not changed, nor does it hide ours."""
    github.comment(f"{MARK}\nI say green", "mallory")
    say("red")
    say("still red")
    assert github.bodies("mallory") == [f"{MARK}\nI say green"]
    assert github.bodies() == [f"{MARK}\nstill red"]


def test_a_comment_of_ours_that_quotes_the_mark_is_another(github: FakeGitHub, say: Run) -> None:
    """The mark is what a comment begins with; other workflows write as the same bot."""
    github.comment(f"quoting {MARK}")
    say("red")
    assert github.bodies() == [f"quoting {MARK}", f"{MARK}\nred"]


def test_names_tell_comments_apart(github: FakeGitHub, say: Run) -> None:
    """Two gates on one pull request have a comment each."""
    say("fast", "--name", "pr")
    say("slow", "--name", "nightly-full")
    say("faster", "--name", "pr")
    assert [body.splitlines()[1] for body in github.bodies()] == ["faster", "slow"]


def test_a_name_that_would_break_the_mark_is_refused(github: FakeGitHub, say: Run) -> None:
    """A mark is an HTML comment."""
    assert "'a-->' is no name of a comment; take up to 64" in say("x", "--name", "a-->", code=1)
    assert github.bodies() == []


def test_a_persons_token_comments_as_that_person(github: FakeGitHub, say: Run) -> None:
    """Who may ask who it is, does."""
    github.login = "ada"
    github.comment(f"{MARK}\nthe bot's")
    say("red")
    say("green")
    assert github.bodies("ada") == [f"{MARK}\ngreen"]
    assert github.bodies(BOT) == [f"{MARK}\nthe bot's"]


def test_an_apps_login_can_be_told(github: FakeGitHub, say: Run) -> None:
    """The token of an app may not ask, either."""
    github.login = "my-app[bot]"
    say("red", "--login", "my-app[bot]")
    assert github.bodies("my-app[bot]") == [f"{MARK}\nred"]
    assert not any(request.path == "/user" for request in github.log)


def test_a_deleted_comment_is_created_anew(github: FakeGitHub, say: Run) -> None:
    """A comment that is gone when it is to be changed, though a list still shows it."""
    row = github.comment(f"{MARK}\nred")
    github.ghosts.add(row["id"])
    assert "comment created" in say("green")
    assert github.bodies() == [f"{MARK}\nred", f"{MARK}\ngreen"]


def test_what_is_too_long_is_cut(github: FakeGitHub, say: Run) -> None:
    """A comment has 65,536 characters at most, also of more bytes; whole lines are kept."""
    say("\n".join(["é" * 99] * 1000))
    (body,) = github.bodies()
    assert 65_400 < len(body) <= 65_536
    *lines, empty, last = body.splitlines()
    assert set(lines[1:]) == {"é" * 99}
    assert (empty, last) == ("", "_Cut here: a comment takes no more. The whole is in the run._")


def test_what_just_fits_is_whole() -> None:
    """The limit is that of the whole comment, with its mark."""
    room = 65_536 - len(MARK) - 1
    assert len(marked("x" * room, "gate", 65_536)) == 65_536
    assert marked("x" * (room + 1), "gate", 65_536).endswith("in the run._")
