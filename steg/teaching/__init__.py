"""Computations of the tab Learn, and activations inside the hiding networks: functions on arrays."""
