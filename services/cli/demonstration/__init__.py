"""A round that plays itself over HTTP, with people who are plainly made up."""
