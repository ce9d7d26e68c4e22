"""Rules to pence: from checked tables to what every area is entitled to, earns and has held back."""
