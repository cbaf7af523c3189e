"""`tessella models`: what predictions come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.model_cards import listed, print_model, told
from tessella.cli.model_checks import add_check
from tessella.cli.output import AsJson, answer, console, counted, print_table, say
from tessella.cli.training import add_train

app = typer.Typer(no_args_is_help=True, help="Models of churn and offers: trained, brought, listed, chosen.")

ModelId = Annotated[str, typer.Argument(help="The prediction that it is a model of, such as churn.")]
Version = Annotated[int, typer.Argument(min=1, help="As `tessella models list` tells it.")]
OfVersion = Annotated[int | None, typer.Option("--version", min=1, help="The version; the active one if left out.")]

add_train(app)
add_check(app)


@app.command("list")
def list_all(namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """List every version of every model, the newest of each first."""
    found = in_session(namespace, usecases.list_models)
    answer([listed(each) for each in found], as_json=as_json, show=_print_models)


@app.command("card")
def card(model_id: ModelId, version: OfVersion = None, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Show what a model was trained on, and how good it was on data that it had not seen."""
    stored = in_session(namespace, lambda session: usecases.get_model(session, model_id, version))
    answer(told(stored), as_json=as_json, show=print_model)


@app.command("activate")
def activate(model_id: ModelId, version: Version, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Have predictions come from a version. Servers take it up by themselves, within two seconds."""
    stored = in_session(namespace, lambda session: usecases.activate_model(session, model_id, version))
    answer(listed(stored), as_json=as_json, show=_print_active)


@app.command("rollback")
def roll_back(model_id: ModelId, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Have predictions come from the version that was active before."""
    stored = in_session(namespace, lambda session: usecases.roll_back_model(session, model_id))
    answer(listed(stored), as_json=as_json, show=_print_active)


@app.command("import")
def bring(
    model_id: ModelId,
    folder: Annotated[Path, typer.Argument(help="Holds manifest.json and the files that it names.")],
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Keep a model that was written elsewhere, once its files were checked and tried. It is not active yet."""
    stored = in_session(namespace, lambda session: usecases.import_model(session, folder, model_id))
    answer(listed(stored), as_json=as_json, show=_print_kept)


@app.command("create-placeholders")
def create_placeholders(as_json: AsJson = False) -> None:
    """Write two models that know nothing, to try predictions out before a model is trained."""
    from tessella.cli.placeholders import written_placeholders  # loads scikit-learn

    answer([str(each) for each in written_placeholders()], as_json=as_json, show=_print_written)


def _print_models(models: Sequence[Mapping[str, Any]]) -> None:
    columns = ("model_id", "version", "state", "target", "predictor", "trained_at", "placeholder")
    print_table("Models", columns, [[each[column] for column in columns] for each in models])


def _print_active(model: Mapping[str, Any]) -> None:
    say(f"Predictions of {model['model_id']} come from version {model['version']}.")


def _print_kept(model: Mapping[str, Any]) -> None:
    number, name = model["version"], model["model_id"]
    say(f"Version {number} of {name} is kept. To use it: tessella models activate {name} {number}")


def _print_written(files: Sequence[str]) -> None:
    say("\n".join(files))
    console.print(
        f"{counted(len(files) // 2, 'placeholder')}: what they say means nothing, and no rule may read it.",
        style="yellow", highlight=False, soft_wrap=True,
    )  # fmt: skip
