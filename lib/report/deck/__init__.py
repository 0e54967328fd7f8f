"""The story as a PowerPoint file: native text, sharp figures, notes with numbers and links."""
