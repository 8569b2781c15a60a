"""The method for chats and web pages: the secret outlives JPEG and resizing."""
