"""Conversations with people and with assistants: exports of services, and logs as they grow."""
