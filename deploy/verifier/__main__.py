"""Run the verifier from the project: ``python -m deploy.verifier FILE --anchor ROOT``."""

import sys

from .command import main

sys.exit(main())
