"""Selection's commands over HTTP, a module for each group of streams."""
