"""Pure maths on arrays; imports nothing of the rest."""
