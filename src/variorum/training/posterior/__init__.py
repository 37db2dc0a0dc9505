"""Several plausible models from one kind of network.

- heads: `HeadDraws`, plausible heads on one embedding
- laplace: heads from a Gaussian around the trained one
- dropout: networks without some of their activations
- building: what a learner asks for; needs torch, as the ones above

An ensemble, networks of other seeds, needs nothing of its own: `network_predictor` trains it.
"""

from typing import Final

__all__ = ["POSTERIORS"]

POSTERIORS: Final = ("laplace", "dropout", "ensemble")
"""Where several members come from."""
