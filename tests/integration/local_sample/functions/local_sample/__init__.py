"""The handlers of the sample."""
