"""Predict first: rounds of predictions made from a seed, and the widget that asks them."""
