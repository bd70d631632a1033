"""What holds the rooms: the window, the rail, the tray, the start, and the ways in from outside."""
