"""The architectures, one file each; `keras_layers` builds what they plan."""
