"""``python -m variorum`` is the command ``variorum``."""

import sys

from variorum.cli import main

sys.exit(main())
