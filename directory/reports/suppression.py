"""Which cells of a published table are kept back so that no small count can be read or reckoned. Pure."""
