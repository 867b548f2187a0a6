"""Elements by place and by condition."""
