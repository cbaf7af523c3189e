"""What definitions must not say of one another."""

import pytest

from tessella.domain.consistency import check_definitions, parse_rules
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.errors import Faults
from tessella.domain.features.schema import Schema
from tessella.domain.rules.ast import ALWAYS

READS_DEFAULT = {"segment_id": "rest", "rules": [{"rule_id": "r", "expr": {"in_segment": "default"}}]}
NOBODY = {"rule_id": "r", "expr": {"any": []}}


def faults_of(*segments):
    definitions = Definitions()
    for each in segments:
        definitions = definitions.with_definition(Kind.SEGMENT, each["segment_id"], read_definition(Kind.SEGMENT, each))
    with pytest.raises(Faults) as refusal:
        check_definitions(definitions)
    return [(fault.pointer, fault.message) for fault in refusal.value.faults()]


def test_the_default_segment_has_no_rules():
    assert faults_of({"segment_id": "default", "rules": [NOBODY]}) == [
        ("/segments/default/rules", 'The segment "default" is what is left: it has no rules.')
    ]


@pytest.mark.parametrize("written", [{"priority": 1000}, {"active": False}])
def test_what_has_no_effect_on_the_default_segment_is_accepted(written):
    default = read_definition(Kind.SEGMENT, {"segment_id": "default", **written})
    check_definitions(Definitions().with_definition(Kind.SEGMENT, "default", default))


@pytest.mark.parametrize("others", [(), ({"segment_id": "default"},)], ids=["undefined", "defined"])
def test_no_rule_reads_the_default_segment_whether_it_is_defined_or_not(others):
    assert faults_of(READS_DEFAULT, *others) == [
        ("/segments/rest/rules", 'The segment "default" is what is left: in_segment cannot read it.')
    ]


def test_a_rule_without_an_expression_is_empty_in_jsonlogic_and_refused_in_the_native_form():
    everybody = {"segment_id": "all", "rules": [{"rule_id": "r", "form": "jsonlogic"}]}
    segment = read_definition(Kind.SEGMENT, everybody)
    definitions = Definitions().with_definition(Kind.SEGMENT, "all", segment)
    assert parse_rules(definitions, Schema()) == {("all", "r"): ALWAYS}
    assert faults_of({"segment_id": "all", "rules": [{"rule_id": "r"}]}) == [
        ("/segments/all/rules/0/expr", "A rule is an object, not null.")
    ]
