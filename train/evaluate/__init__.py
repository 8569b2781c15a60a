"""Measures methods, channels and detectors, and writes reports."""
