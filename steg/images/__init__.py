"""Pictures as such: reading, writing, resizing, tiling, the block DCT, metrics."""
