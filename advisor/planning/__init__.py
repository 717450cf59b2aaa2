"""What a plan is made of: the playbook of a kind of business, computed tables, the outline, the rules."""
