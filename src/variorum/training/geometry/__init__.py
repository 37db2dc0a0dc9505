"""The shape of the loss around what training found (needs PyTorch; batch norm is frozen throughout).

- ``surface``         `LossSurface`: the mean loss, its gradient and Hessian-vector products; changes nothing
- ``curvature``       top eigenvalue of the Hessian by power iteration, its trace by random signs
- ``sharpness``       rise of the loss up the gradient and along random directions
- ``barrier``         loss on the line between two solutions
- ``gradient_noise``  variance of the gradient over votes, against annotator entropy

Flat is not good by itself: in Gheibi and Ghazizadeh 2026 the flattest network was one that learned shuffled labels.
Compare networks that fit the same targets.
"""

from __future__ import annotations

from variorum.training.geometry.barrier import LossLine, loss_line
from variorum.training.geometry.curvature import HessianTrace, TopEigenvalue, hessian_trace, top_eigenvalue
from variorum.training.geometry.gradient_noise import (
    GradientNoise,
    gradient_noise,
    gradient_variance,
    sampled_gradient_variance,
)
from variorum.training.geometry.sharpness import Sharpness, sharpness
from variorum.training.geometry.surface import LossSurface

__all__ = [
    "GradientNoise",
    "HessianTrace",
    "LossLine",
    "LossSurface",
    "Sharpness",
    "TopEigenvalue",
    "gradient_noise",
    "gradient_variance",
    "hessian_trace",
    "loss_line",
    "sampled_gradient_variance",
    "sharpness",
    "top_eigenvalue",
]
