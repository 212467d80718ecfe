"""`python -m stead.web` is the command `stead`."""

from stead.web.program import main

if __name__ == "__main__":
    main()
