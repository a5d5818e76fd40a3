"""From what a row says to the signed text: the gate that every document passes, alone or by the mold."""
