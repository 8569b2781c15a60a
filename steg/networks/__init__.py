"""Networks, one module each: tensors in, tensors out; `steg.methods` applies them to pictures."""
