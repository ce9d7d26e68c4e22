"""`python -m bcf_payments` is the command `bcf-payments`."""

import sys

from bcf_payments.cli import main

if __name__ == "__main__":
    sys.exit(main())
