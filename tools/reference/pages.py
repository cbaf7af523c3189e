"""Every page (and the OpenAPI document), below `docs/`, and what writes it."""

from collections.abc import Callable

from tools.reference import (
    commands,
    decisions,
    demo,
    errors,
    experiment_answers,
    experiment_setup,
    features,
    game_setup,
    http,
    kinds,
    knobs,
    operators,
    prediction_setup,
    ranking_setup,
    rfm,
    roles,
    scope_setup,
    settings,
    sources,
)

PAGES: dict[str, Callable[[], str]] = {
    "reference/operators.md": operators.page,
    "reference/features.md": features.page,
    "reference/sources.md": sources.page,
    "reference/feature-kinds.md": kinds.page,
    "reference/knobs.md": knobs.page,
    "reference/ranking-setup.md": ranking_setup.page,
    "reference/prediction-setup.md": prediction_setup.page,
    "reference/experiment-setup.md": experiment_setup.page,
    "reference/experiment-answers.md": experiment_answers.page,
    "reference/game-setup.md": game_setup.page,
    "reference/scope-setup.md": scope_setup.page,
    "reference/rfm.md": rfm.page,
    "reference/settings.md": settings.page,
    "reference/roles.md": roles.page,
    "reference/cli.md": commands.page,
    "reference/http.md": http.page,
    "reference/openapi.json": http.openapi,
    "reference/errors.md": errors.page,
    "reference/demo.md": demo.page,
    "decisions/index.md": decisions.page,
}
