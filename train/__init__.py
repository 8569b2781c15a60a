"""Trains Steg's networks. `python -m train --help` lists the options, train/README.md explains them."""
