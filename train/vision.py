"""torchvision, made to import next to a CPU-only torch.

PyPI's torchvision has its compiled part linked to CUDA. Beside a CPU-only torch that part does not load, and
the import ends in "operator torchvision::nms does not exist" (pytorch/vision issue 8985), because Python code
registers kernels for operators that nobody declared. Declaring them first lets all of torchvision's pure
Python parts work; `nms` itself stays unavailable, and nothing here needs it.
"""

import torch

try:
    import torchvision
except RuntimeError:
    _declared = torch.library.Library("torchvision", "DEF")
    _declared.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision

from torchvision.datasets.utils import download_url

__all__ = ["download_url", "torchvision"]
