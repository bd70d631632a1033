"""The room of people and topics: who they are, what is known of them, who belongs to whom."""
