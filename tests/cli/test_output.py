"""Progress without a terminal."""

from tessella.cli import output


def test_a_step_is_a_plain_line_where_no_terminal_shows_progress(capsys):
    with output.steps("Starting") as report:
        report("Reading [1] file")
        report("Building: 0%")
        report("Building: 1%")
    assert capsys.readouterr().err.splitlines() == ["Reading [1] file", "Building: 0%"]


def test_what_is_over_soon_tells_no_progress(capsys):
    with output.progress("Building") as tell:
        tell(0.5)
    assert capsys.readouterr().err == ""
