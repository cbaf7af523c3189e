"""`tessella rules`: check a rule, and explain it for one subject."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session, read_context, read_document
from tessella.cli.options import Context, MomentOption, SubjectOption, moment
from tessella.cli.output import AsJson, answer, console, fault_json, notes, print_json, say
from tessella.domain.identifiers import SubjectId
from tessella.domain.rules.ast import Form
from tessella.domain.rules.explain import Explained
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.dry_run import DryRun
from tessella.usecases.validate_rule import CheckedRule

app = typer.Typer(no_args_is_help=True, help="Check and explain rules.")

RuleFile = Annotated[Path, typer.Argument(help="A file with the rule, JSON or YAML; - for standard input.")]
FormOption = Annotated[Form, typer.Option("--form", help="How the rule is written.")]


@app.command("check")
def check(rule: RuleFile, form: FormOption = Form.DSL, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Say what a rule means, or what is wrong with it and where."""
    expr = read_document(rule)
    checked = in_session(namespace, lambda session: usecases.validate_rule(session, expr, form))
    if as_json:
        print_json(checked_json(checked))
    else:
        print_checked(checked)
    raise typer.Exit(0 if checked.valid else 1)


def checked_json(checked: CheckedRule) -> Mapping[str, Any]:
    """The same for programs, as `POST /api/v1/rules/validate` has it."""
    errors = [fault_json(each) for each in checked.errors]
    said = {"sentence": checked.sentence, "sql": checked.sql, "lint": checked.lint, "canonical": checked.canonical}
    return {"valid": checked.valid, "errors": errors, **said}


def print_checked(checked: CheckedRule) -> None:
    """What the rule means, or what is wrong with it."""
    if checked.valid:
        say(f"{checked.sentence}")
    for hint in checked.lint:
        notes.print(f"hint: {hint.text}", style="yellow", highlight=False, markup=False, soft_wrap=True)
    for fault in checked.errors:
        notes.print(
            f"{fault.pointer}: {fault.message} {fault.hint()}",
            style="red",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


@app.command("explain")
def explain(
    rule: RuleFile,
    form: FormOption = Form.DSL,
    subject: SubjectOption = None,
    context: Context = "{}",
    at: MomentOption = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Show the truth of each node of a rule, with the values seen."""
    expr, values = read_document(rule), read_context(context)
    request = DecisionRequest(SubjectId(subject) if subject else None, values, at=moment(at, "/at"))
    tried = in_session(namespace, lambda session: usecases.dry_run_rule(session, expr, form, request))
    answer(tried, as_json=as_json, show=print_tried)


def print_tried(tried: DryRun) -> None:
    """The rule in English, then the truth of each node."""
    say(tried.sentence)
    print_tree(tried.tree)


SIGNS = {"true": "[green]true  [/]", "false": "[red]false [/]", "absent": "[yellow]absent[/]"}


def print_tree(node: Explained, depth: int = 0) -> None:
    """One node a line, its truth first."""
    subject = node.feature or node.segment_id or ""
    operand = "" if node.operand is None or node.children else f" {node.operand!r}"
    seen = "" if node.feature is None or node.value is None else f"   (is {node.value!r})"
    console.print(f"{SIGNS[node.truth]} {'  ' * depth}", end="")
    say(f"{node.op} {subject}{operand}{seen}".strip())
    for child in node.children:
        print_tree(child, depth + 1)
