"""``make down``: stop what ``make up`` started; the data in ``.run`` stay."""

import sys

from deploy.up import stage

if __name__ == "__main__":
    print("… the SEZ, the Registry and the authority are told to stop", file=sys.stderr, flush=True)
    stage().stop()
