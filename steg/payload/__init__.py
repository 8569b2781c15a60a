"""A picture as bytes of limited length, and back."""
