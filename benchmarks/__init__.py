"""Problems stated once, libraries adapted once, one clock that checks and times them in turn."""
