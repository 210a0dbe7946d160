"""Pages of hours: diary, sending, confirming, disputes."""
