"""The room of time: years to minutes, how much happened when, and what happened on this day."""
