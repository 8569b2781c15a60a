"""What is written into single pixels: digits, the header, the watermark."""
