"""Which option a fault is in."""

from tessella.cli.main import app
from tessella.cli.places import options_of, place_of


def test_the_options_are_those_of_the_command_that_was_called():
    assert options_of(app, ["audit", "list", "--since", "now"])["user_hash"] == "--user-hash"
    assert options_of(app, ["recommend", "--limit", "0"])["profiles"] == "--profile"


def test_a_field_of_a_document_is_no_option_of_the_command_that_reads_it():
    options = options_of(app, ["segments", "save", "vip.json"])
    assert place_of("/rules/0/expr", options) == "/rules/0/expr"


def test_an_unknown_command_has_no_options_but_those_of_all():
    assert place_of("/limit", options_of(app, ["nonsense"])) == "/limit"
