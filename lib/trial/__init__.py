"""What was observed: the trial's types, the only reader of files, and the participant flow."""
