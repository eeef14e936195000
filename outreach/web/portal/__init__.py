"""The coordinators' pages: everything under /portal is behind `door`."""
