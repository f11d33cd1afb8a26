from ..catalogue_row import CatalogueRow
from .catalogue_page import CataloguePage
from .kinds import KIND_LABELS
from .kits import KitPage
from .method_guides import GuidePdf, MethodGuidePage
from .practice_stories import PracticeStoryPage
from .resource_files import FileNumber, ResourceFile
from .resource_page import LICENCE_ADDRESSES, LICENCE_SHORT, ResourcePage
from .training_materials import TrainingMaterialPage

__all__ = [
    "KIND_LABELS",
    "LICENCE_ADDRESSES",
    "LICENCE_SHORT",
    "CataloguePage",
    "CatalogueRow",
    "FileNumber",
    "GuidePdf",
    "KitPage",
    "MethodGuidePage",
    "PracticeStoryPage",
    "ResourceFile",
    "ResourcePage",
    "TrainingMaterialPage",
]
