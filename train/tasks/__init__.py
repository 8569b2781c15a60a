"""The models that can be trained, each with its task (`train.tasks.task` says how one is added)."""

from steg.weights import AUTOENCODER, CAT_OR_DOG, DETECTOR, POSTFILTER, RESTORATION, STEGO_OR_CLEAN
from train.tasks.autoencoder import AutoencoderTask
from train.tasks.cat_or_dog import CatOrDog
from train.tasks.chat import ChatTask
from train.tasks.detector import DetectorTask
from train.tasks.hiding import InvertibleTask, PredictiveTask, PrepHideRevealTask
from train.tasks.postfilter import PostfilterTask
from train.tasks.restoration import RestorationTask
from train.tasks.stego_or_clean import StegoOrClean
from train.tasks.task import Task

TASKS: dict[str, type[Task]] = {
    "predictive": PredictiveTask,
    "invertible": InvertibleTask,
    "prep-hide-reveal": PrepHideRevealTask,
    "robust": ChatTask,
    CAT_OR_DOG: CatOrDog,
    STEGO_OR_CLEAN: StegoOrClean,
    DETECTOR: DetectorTask,
    AUTOENCODER: AutoencoderTask,
    RESTORATION: RestorationTask,
    POSTFILTER: PostfilterTask,
}
