"""What speaks against a cell: how far it lies from what is expected, alone and with its neighbours."""
