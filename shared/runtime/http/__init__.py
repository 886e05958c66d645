"""HTTP, written once: requests into commands, refusals into problems, who may do what, events to readers."""
