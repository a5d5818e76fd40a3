"""The verifier of the exit kit: the same checks, with a folder of saved documents for a portal and a register."""
