"""What Tessella does: one async function a verb. Load, decide, record; orchestration and nothing else."""

from tessella.usecases.add_events import add_events
from tessella.usecases.add_facts import add_facts
from tessella.usecases.alerts import acknowledge_alert, list_alerts
from tessella.usecases.apply_definitions import apply_definitions
from tessella.usecases.audiences.calculate import calculate_audiences
from tessella.usecases.audiences.counts import (
    get_calculation,
    list_calculations,
    membership_changes,
    segment_counts,
    segment_overlap,
)
from tessella.usecases.audiences.export_members import ask_for_export, export_members
from tessella.usecases.audiences.members import list_members
from tessella.usecases.audiences.preview_rule import preview_rule
from tessella.usecases.audiences.profile_segment import profile_segment
from tessella.usecases.build_index import build_index
from tessella.usecases.compare_profiles import compare_profiles
from tessella.usecases.compute_features import compute_features
from tessella.usecases.consistency.asked import ask_for_check
from tessella.usecases.consistency.check import check_consistency, list_checks
from tessella.usecases.count_matches import count_matches
from tessella.usecases.create_definition import create_definition
from tessella.usecases.decide import decide, decide_many
from tessella.usecases.definitions import delete_definition, get_definition, list_definitions, save_definition
from tessella.usecases.deliver import deliver
from tessella.usecases.drafts import create_draft, delete_draft, draft_deletion, list_drafts, save_draft
from tessella.usecases.dry_run import dry_run_rule, dry_run_segment
from tessella.usecases.evaluate import evaluate
from tessella.usecases.evaluations import get_evaluation, list_evaluations
from tessella.usecases.experiments.assigning.add_conversions import add_conversions
from tessella.usecases.experiments.assigning.allocate import allocate
from tessella.usecases.experiments.clusters.ask import ask_for_clusters
from tessella.usecases.experiments.clusters.keep_fresh import keep_clusters_fresh
from tessella.usecases.experiments.clusters.status import clustering_status
from tessella.usecases.experiments.eligibility.check import check_eligibility, get_eligibility
from tessella.usecases.experiments.eligibility.check_all import check_alerts, check_experiments
from tessella.usecases.experiments.eligibility.recommendations import (
    accept_recommendation,
    dismiss_recommendation,
    list_recommendations,
)
from tessella.usecases.experiments.eligibility.written import write_check, write_recommendation
from tessella.usecases.experiments.results.results import experiment_results, segmentation_metrics
from tessella.usecases.experiments.setup.change_experiment import (
    change_experiment,
    change_segmentation,
    get_segmentation,
    segmentation_of,
    set_status,
)
from tessella.usecases.experiments.setup.create_experiment import create_experiment
from tessella.usecases.explain import decide_explained, simulate
from tessella.usecases.explain_recommendation import recommend_explained, simulate_recommendation
from tessella.usecases.get_subject import get_subject
from tessella.usecases.history import (
    diff_object,
    diff_versions,
    get_publish,
    get_version,
    list_publishes,
    list_versions,
)
from tessella.usecases.import_events import import_events
from tessella.usecases.import_facts import import_facts
from tessella.usecases.import_items import import_items
from tessella.usecases.items import delete_item, get_item, list_items, named_items, put_items
from tessella.usecases.jobs import (
    ask_for_audiences,
    ask_for_audit_verification,
    ask_for_evaluation,
    ask_for_features,
    ask_for_index,
    ask_for_proposals,
    ask_for_refresh,
    ask_for_segment_stats,
    ask_for_training,
    ask_for_tuning,
    cancel_run,
    get_run,
    get_run_log,
    list_runs,
    retry_run,
)
from tessella.usecases.lint_segments import lint_segments
from tessella.usecases.list_audit import body_told, get_recorded, list_audit
from tessella.usecases.outcomes import compare_outcomes, list_outcomes
from tessella.usecases.personalization.flags import get_flags, set_flags
from tessella.usecases.personalization.rationale import get_rationale
from tessella.usecases.personalization.recommend import recommend_scope
from tessella.usecases.plan import plan_changes, plan_definitions, plan_drafts
from tessella.usecases.predictions.loyalty_segments import get_loyalty_segment, list_loyalty_segments
from tessella.usecases.predictions.models import activate_model, get_model, import_model, list_models, roll_back_model
from tessella.usecases.predictions.monitoring import ask_for_watch, get_monitoring
from tessella.usecases.predictions.predict_customer import predict_customer
from tessella.usecases.predictions.predict_segment import predict_segment
from tessella.usecases.predictions.refresh import refresh_moment, refresh_predictions
from tessella.usecases.predictions.score_segment import ask_for_scores, run_of_segment, score_segment, scores_page
from tessella.usecases.predictions.segment_members import segment_name
from tessella.usecases.predictions.segment_stats import (
    keep_segment_stats,
    sampled_segment_stats,
    segment_stats_history,
    whole_segment_stats,
)
from tessella.usecases.predictions.watch_models import watch_models
from tessella.usecases.propose_segments import propose_segments
from tessella.usecases.publish_changes import publish_changes, publish_drafts
from tessella.usecases.publish_definitions import publish_definitions, unmentioned
from tessella.usecases.recommend import recommend, recommend_many
from tessella.usecases.reorder_segments import reorder_segments
from tessella.usecases.replay import replay_decision
from tessella.usecases.replay_many import replay_many
from tessella.usecases.rollback import rollback_namespace, rollback_object
from tessella.usecases.rule_vocabulary import rule_vocabulary
from tessella.usecases.save_proposals import save_proposals
from tessella.usecases.segment_usage import segment_usage
from tessella.usecases.sources.customer_features import customer_features
from tessella.usecases.sources.declare_columns import declare_all_columns, declare_columns
from tessella.usecases.sources.describe_source import describe_source
from tessella.usecases.sources.try_source import try_source
from tessella.usecases.taxonomy.ask import (
    ask_for_calibration,
    ask_for_recalibration,
    calibrated_by,
    fresh_taxonomy,
    wait_for_run,
)
from tessella.usecases.taxonomy.calibrate import calibrate_game_taxonomy
from tessella.usecases.taxonomy.categorize import categorize_player, categorize_players
from tessella.usecases.taxonomy.categorize_files import categorize_files
from tessella.usecases.taxonomy.declared import game_named
from tessella.usecases.taxonomy.detect import detect_anomalies
from tessella.usecases.taxonomy.read import (
    get_taxonomy,
    get_taxonomy_drift,
    kept_profile,
    list_taxonomies,
    list_taxonomy_versions,
)
from tessella.usecases.taxonomy.refresh import ask_for_game_refresh, ask_for_game_refreshes, refresh_game_taxonomy
from tessella.usecases.taxonomy.rollout.answer import MigrationOf, answer_anomalies, answer_profile
from tessella.usecases.taxonomy.rollout.differences import list_migration_differences
from tessella.usecases.taxonomy.rollout.move import ROLLED_BACK, roll_back_migration, set_migration_strategy
from tessella.usecases.taxonomy.rollout.validate import validate_migration
from tessella.usecases.taxonomy.unusual import unusual_players
from tessella.usecases.taxonomy.watch import watch_answers, watch_taxonomy
from tessella.usecases.training.train import train_model
from tessella.usecases.tune import save_tuned, tune
from tessella.usecases.validate_rule import validate_rule
from tessella.usecases.verify_audit import verify_audit
from tessella.usecases.webhooks import (
    change_webhook,
    create_webhook,
    delete_webhook,
    get_webhook,
    list_deliveries,
    list_webhooks,
    ping_webhook,
    renew_webhook_secret,
)

__all__ = [
    "ROLLED_BACK", "MigrationOf", "accept_recommendation", "acknowledge_alert", "activate_model", "add_conversions",
    "add_events", "add_facts", "allocate", "answer_anomalies", "answer_profile", "apply_definitions",
    "ask_for_audiences", "ask_for_audit_verification", "ask_for_calibration", "ask_for_check", "ask_for_clusters",
    "ask_for_evaluation", "ask_for_export", "ask_for_features", "ask_for_game_refresh", "ask_for_game_refreshes",
    "ask_for_index", "ask_for_proposals", "ask_for_recalibration", "ask_for_refresh", "ask_for_scores",
    "ask_for_segment_stats", "ask_for_training", "ask_for_tuning", "ask_for_watch", "body_told", "build_index",
    "calculate_audiences", "calibrate_game_taxonomy", "calibrated_by", "cancel_run", "categorize_files",
    "categorize_player", "categorize_players", "change_experiment", "change_segmentation", "change_webhook",
    "check_alerts", "check_consistency", "check_eligibility", "check_experiments", "clustering_status",
    "compare_outcomes", "compare_profiles", "compute_features", "count_matches", "create_definition",
    "create_draft", "create_experiment", "create_webhook", "customer_features", "decide", "decide_explained",
    "decide_many", "declare_all_columns", "declare_columns", "delete_definition", "delete_draft", "delete_item",
    "delete_webhook", "deliver", "describe_source", "detect_anomalies", "diff_object", "diff_versions",
    "dismiss_recommendation", "draft_deletion", "dry_run_rule", "dry_run_segment", "evaluate", "experiment_results",
    "export_members", "fresh_taxonomy", "game_named", "get_calculation", "get_definition", "get_eligibility",
    "get_evaluation", "get_flags", "get_item", "get_loyalty_segment", "get_model", "get_monitoring", "get_publish",
    "get_rationale", "get_recorded", "get_run", "get_run_log", "get_segmentation", "get_subject", "get_taxonomy",
    "get_taxonomy_drift", "get_version", "get_webhook", "import_events", "import_facts", "import_items",
    "import_model", "keep_clusters_fresh", "keep_segment_stats", "kept_profile", "lint_segments", "list_alerts",
    "list_audit", "list_calculations", "list_checks", "list_definitions", "list_deliveries", "list_drafts",
    "list_evaluations", "list_items", "list_loyalty_segments", "list_members", "list_migration_differences",
    "list_models", "list_outcomes", "list_publishes", "list_recommendations", "list_runs", "list_taxonomies",
    "list_taxonomy_versions", "list_versions", "list_webhooks", "membership_changes", "named_items", "ping_webhook",
    "plan_changes", "plan_definitions", "plan_drafts", "predict_customer", "predict_segment", "preview_rule",
    "profile_segment", "propose_segments", "publish_changes", "publish_definitions", "publish_drafts", "put_items",
    "recommend", "recommend_explained", "recommend_many", "recommend_scope", "refresh_game_taxonomy",
    "refresh_moment", "refresh_predictions", "renew_webhook_secret", "reorder_segments", "replay_decision",
    "replay_many", "retry_run", "roll_back_migration", "roll_back_model", "rollback_namespace", "rollback_object",
    "rule_vocabulary", "run_of_segment", "sampled_segment_stats", "save_definition", "save_draft", "save_proposals",
    "save_tuned", "score_segment", "scores_page", "segment_counts", "segment_name", "segment_overlap",
    "segment_stats_history", "segment_usage", "segmentation_metrics", "segmentation_of", "set_flags",
    "set_migration_strategy", "set_status", "simulate", "simulate_recommendation", "train_model", "try_source",
    "tune", "unmentioned", "unusual_players", "validate_migration", "validate_rule", "verify_audit", "wait_for_run",
    "watch_answers", "watch_models", "watch_taxonomy", "whole_segment_stats", "write_check", "write_recommendation",
]  # fmt: skip
