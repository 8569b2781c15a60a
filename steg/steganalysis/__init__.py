"""Detecting that, and where, something is hidden."""
