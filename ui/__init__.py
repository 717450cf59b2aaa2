"""The browser interface: one page with the conversation on the left and the evidence beside it."""
