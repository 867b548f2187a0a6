"""Questions about values, dtypes and shapes: nothing here has a derivative."""
