"""What may be sent to us: one marshmallow schema per input, used by the pages and by the JSON API (design D11)."""
