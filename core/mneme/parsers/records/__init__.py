"""What a life leaves behind: calendars, contacts, pictures, pages visited."""
