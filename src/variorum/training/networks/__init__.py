"""Networks: an embedding of an item and a linear head.

- base: `Network`, the seat
- on_features, on_pictures, on_texts: one kind of inputs each
- building: a network by its name
"""
