"""Error-correcting codes: bits only, no pictures."""
