"""The training loop.

- settings: `Training`, all that is set
- fitting: the loop itself, and prediction in parts
- objective: what a step minimises
- processes: one device, or several that share each batch
- monitors, curve: scores of held-out items, and how they went
- checkpoint: a run on disk, from which it goes on as if it had never stopped
"""
