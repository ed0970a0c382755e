"""What `contracts verify` and `contracts trust` tell, in Kazakh, Russian and English."""
