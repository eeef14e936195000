"""The API for departments' scripts: everything is behind `door`."""
