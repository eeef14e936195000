"""Nothing is kept longer than it is needed: what has had its time is written to a file for the archive, then deleted.

Who goes by these rules leaves as little as who asks to be erased. The file is the owner's alone, and goes itself.
"""

from outreach.retention.carrying_out import Carried, carry_out, preview

__all__ = ["Carried", "carry_out", "preview"]
