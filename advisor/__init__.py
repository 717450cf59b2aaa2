"""Strategy Advisor: answers in which every line is traced to a source and was checked against it."""
