"""A university alumni office's recurring outreach."""
