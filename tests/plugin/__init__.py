"""End-to-end runs of the plugin."""
