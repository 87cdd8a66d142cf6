"""Telling how far the drawing is, while it is under way."""
