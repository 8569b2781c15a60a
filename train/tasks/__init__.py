"""What each network is trained for: data, loss and figures."""
