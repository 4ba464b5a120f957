"""What pages are made of: navigation, widgets, wording, and the routes beside the pages."""
