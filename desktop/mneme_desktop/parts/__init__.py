"""What every room is made of: labels, chips, lists, dialogs, words for times and numbers."""
