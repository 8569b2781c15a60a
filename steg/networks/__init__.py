"""The networks, one file each. They know tensors only; `steg.methods` makes them hide pictures."""
