"""What the Learn tab demonstrates, as plain functions on arrays."""
