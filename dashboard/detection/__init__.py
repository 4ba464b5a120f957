"""What an anomaly is: windows, scaling, models, training, scores. Arrays in, arrays out."""

from dashboard.detection.analysis import Analysis, Progress
from dashboard.detection.anomaly_kinds import Recipe
from dashboard.detection.choices import make_settings
from dashboard.detection.evaluation import Evaluation, evaluate
from dashboard.detection.history import EpochRecord
from dashboard.detection.metrics import DetectionMetrics, measure
from dashboard.detection.models.kind import ModelKind
from dashboard.detection.models.plan import LayerPlan
from dashboard.detection.outline import TrainingOutline, check_fits, describe
from dashboard.detection.pipeline import analyse, rescore
from dashboard.detection.planting import Planted, plant
from dashboard.detection.registry import MODELS, model_kind
from dashboard.detection.scaling import SCALINGS
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import CellScores, Threshold, level_for, parse_threshold
from dashboard.detection.trained import TrainedModel

__all__ = [
    "MODELS",
    "SCALINGS",
    "Analysis",
    "CellScores",
    "DetectionMetrics",
    "EpochRecord",
    "Evaluation",
    "LayerPlan",
    "ModelKind",
    "Planted",
    "Progress",
    "Recipe",
    "Threshold",
    "TrainedModel",
    "TrainingOutline",
    "TrainingSettings",
    "analyse",
    "check_fits",
    "describe",
    "evaluate",
    "level_for",
    "make_settings",
    "measure",
    "model_kind",
    "parse_threshold",
    "plant",
    "rescore",
]
