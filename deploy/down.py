"""``make down``: stop what ``make up`` started; the data in ``.run`` stay."""

from deploy.up import STAGE

if __name__ == "__main__":
    STAGE.stop()
