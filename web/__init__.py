"""The Flask application: text in, text out. It reaches the engine through `workflow.bootstrap`."""
