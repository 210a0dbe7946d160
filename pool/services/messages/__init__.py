"""E-mails: who is told what, rendering, delivery."""
