"""Embedding costs: how much it matters to change each sample of a cover, by local activity and clipping.

The sender alone needs them: its Viterbi search (`steg.coding.trellis`) puts changes where they cost least.
"""

import numpy as np
from PIL import Image, ImageChops, ImageFilter

COSTS = (7, 6, 5, 4, 4, 3, 3, 3)  # where samples differ by 0, 1, ... levels from their surroundings
LEAST_COST = 2  # where they differ by more
CLIPPED_COST = 16  # of samples at 0 and 255


def sample_costs(image: Image.Image) -> np.ndarray:
    """Costs of an RGB picture's samples, (H, W, 3) uint8 from 2 to 16: more where a change would show."""
    differences = ImageChops.difference(image, image.filter(ImageFilter.BoxBlur(2)))
    activity = differences.filter(ImageFilter.BoxBlur(2))
    by_activity = np.full(256, LEAST_COST, np.uint8)
    by_activity[: len(COSTS)] = COSTS
    by_level = np.full(256, LEAST_COST, np.uint8)
    by_level[[0, 255]] = CLIPPED_COST
    return np.maximum(by_activity[np.asarray(activity)], by_level[np.asarray(image)])
