"""The report in `docs/reference/jsonlogic-conformance.md`.

.venv/bin/python -m tests.domain.rules.jsonlogic_report
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tessella.domain.rules.jsonlogic.calls import ARITY
from tests.domain.rules.jsonlogic_outcomes import Outcome, outcomes_with_a_constant_moved, published_outcomes
from tests.domain.rules.jsonlogic_suites import Kind

REPORT = Path(__file__).parents[3] / "docs" / "reference" / "jsonlogic-conformance.md"

#: Why an answer differs, by the published rule.
REASONS = {
    '{"==": [null, 0]}': "In JavaScript, and so in reference JSONLogic, null equals nothing but null.",
    **dict.fromkeys(
        (
            '{">": [2023, "2024-01-01"]}', '{">": [1, "A"]}', '{"<": [2023, "2024-01-01"]}', '{"<": [1, "A"]}',
            '{"==": [2023, "2024-01-01"]}', '{"==": [1, "A"]}',
        ),
        "Reference JSONLogic answers false where a text is not a number; the suite asks for an error.",
    ),
    "null": "An empty rule is always true. Inside a rule null counts as false.",
    '{"==": [null, {"var": "moved"}]}': "As above: null equals nothing but null.",
}  # fmt: skip

HEAD = """# JSONLogic conformance

Made from the public suites in `tests/conformance/jsonlogic`, as published. A test fails when it differs from what the
engines answer. To make it again:

    .venv/bin/python -m tests.domain.rules.jsonlogic_report

Each rule is read with a schema inferred from its own data: a feature for each value, of that value's type. A name that
the rule reads and the data lack is declared as text. Three engines then answer: the interpreter, the generated Python
and DuckDB. A case passes when all three give the published result.

A rule is a condition here, so the cases are told apart by what they ask:

- **boolean**: the result is true or false, and only our operators appear. These are the cases that count.
- **other result**: only our operators appear, and the result is a number, a text, a list or null. Our answer is
  compared with whether that result counts as true. Many are refused: see below.
- **error expected**: only our operators appear. A case passes when the rule is refused.
- **other operator**: not ours. Every such rule is refused with an error that points at the fault.

Our operators: OPERATORS.
Lists below show equal cases once.

"""

DECIDED = """
## Decided differences

The suites do not reach these, because nearly all their cases are constants. Each has a test in
`tests/domain/rules/test_jsonlogic.py` or `test_jsonlogic_faults.py`.

| rule | reference | here |
|---|---|---|
| `{"<": [{"var": "n"}, 5]}` where `n` is absent | true: null counts as 0 | false, as every predicate |
| `{"==": [{"var": "a"}, {"var": "b"}]}` where both are absent | true | false |
| `{">": [{"+": [{"var": "n"}, 1]}, 0]}` where `n` is absent | null counts as 0, or NaN | false: the sum is absent |
| arithmetic that overflows, or divides by 0 | Infinity or NaN | absent; a fault when all operands are constants |
| `{">": [{"var": "text"}, 5]}` and other mixed types | converted in each evaluation | refused when the rule is read |
| `{"==": [{"var": "n"}, "5"]}` where `n` is a number | converted | the constant is converted once; not with `===` |
| two texts, two truth values or two lists read from features | compared | refused: only numbers are compared so |
| `{"in": [{"var": "text"}, "constant text"]}` | searched | refused |
| `{"in": ["", {"var": "text"}]}` where the text is empty | false | true |
| order of texts read from features | UTF-16 code units | code points |
| times | texts | moments in UTC |
| null, `[]`, `""` or `{"and": []}` as the whole rule | false, or undefined | true: an empty rule is always true |
| `{"and": []}` inside a rule; `{"or": []}` | undefined | refused |
| more arguments than an operator takes | ignored | refused; comparisons other than `!=` compare each with the next |
| an object with several keys | a constant | refused |
| `missing`, `missing_some` | a list | a condition: whether that list would hold a name |
"""


MOVED_HEAD = """
## The boolean cases with a constant moved into the data

As published, nearly all cases are constants. So each boolean case is also run once for each of its constants, which the
rule then reads from a feature. The published result must stay, or the rule must be refused.

"""

Rows = Sequence[Outcome]


def report() -> str:
    """The whole document."""
    published, moved = published_outcomes(), outcomes_with_a_constant_moved()
    sections = [
        HEAD.replace("OPERATORS", " ".join(f"`{name}`" for name in ARITY)),
        counts(published),
        "\n## Boolean cases that deviate\n\n" + deviations(of_kind(published, Kind.BOOLEAN)),
        "\n## Cases that expect an error and get an answer\n\n" + deviations(of_kind(published, Kind.ERROR)),
        "\n## Cases with another result that deviate\n\n" + deviations(of_kind(published, Kind.OTHER_RESULT)),
        MOVED_HEAD + moved_section(moved),
        DECIDED,
    ]
    return "".join(sections)


def of_kind(outcomes: Rows, kind: Kind) -> Rows:
    return [each for each in outcomes if each.case.kind is kind]


def counts(outcomes: Rows) -> str:
    boolean = of_kind(outcomes, Kind.BOOLEAN)
    passed = sum(each.passes for each in boolean)
    suites = dict.fromkeys(each.case.suite for each in outcomes)
    return "".join([
        f"## Counts\n\nOf {len(boolean)} boolean cases {passed} pass ({100 * passed / len(boolean):.1f} %).\n\n",
        "| suite | cases | boolean: pass | deviate | other result: pass | deviate |"
        " error expected: pass | deviate | other operator: refused |\n|---|---|---|---|---|---|---|---|---|\n",
        *(_row(f"`{suite}`", [each for each in outcomes if each.case.suite == suite]) for suite in suites),
        _row("all", outcomes),
    ])  # fmt: skip


def _row(title: str, outcomes: Rows) -> str:
    cells = [len(outcomes)]
    for kind in (Kind.BOOLEAN, Kind.OTHER_RESULT, Kind.ERROR):
        rows = of_kind(outcomes, kind)
        passed = sum(each.passes for each in rows)
        cells += [passed, len(rows) - passed]
    cells.append(sum(each.fault is not None for each in of_kind(outcomes, Kind.OTHER_OPERATOR)))
    return f"| {title} | {' | '.join(map(str, cells))} |\n"


def deviations(outcomes: Rows) -> str:
    """A row for each case that does not pass; a refusal gives its own reason."""
    head = "| rule | data | published | here | why |\n|---|---|---|---|---|\n"
    rows = dict.fromkeys(_deviation(each) for each in outcomes if not each.passes)
    return head + "".join(rows) if rows else "None.\n"


def _deviation(outcome: Outcome) -> str:
    case = outcome.case
    here = "refused" if outcome.fault else "/".join(json.dumps(each) for each in dict.fromkeys(outcome.answers))
    why = outcome.fault.message if outcome.fault else REASONS[json.dumps(case.rule)]
    cells = [*(f"`{json.dumps(each)}`" for each in (case.rule, case.data, case.result)), here, why]
    return f"| {' | '.join(each.replace('|', '&#124;') for each in cells)} |\n"


def moved_section(outcomes: Rows) -> str:
    answered = [each for each in outcomes if not each.fault]
    passed = sum(each.passes for each in answered)
    grouped = Counter(re.sub(r"not .*", "not ...", each.fault.message) for each in outcomes if each.fault)
    return "".join([
        f"Of {len(outcomes)} such cases {passed} give the published result, {len(answered) - passed} another one, and "
        f"{len(outcomes) - len(answered)} are refused.\n\n",
        deviations(answered),
        "\n| refused because | cases |\n|---|---|\n",
        *(f"| {message} | {count} |\n" for message, count in sorted(grouped.items())),
    ])  # fmt: skip


if __name__ == "__main__":
    REPORT.write_text(report(), encoding="utf-8")
