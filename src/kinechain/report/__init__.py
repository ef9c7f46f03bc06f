"""How do results become words and pictures? The message catalogue, drawings, curves, the report page and plain lines."""
