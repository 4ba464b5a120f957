"""How well known anomalies are found on labelled sets that no model was made on."""
