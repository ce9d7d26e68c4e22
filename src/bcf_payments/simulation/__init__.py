"""How much of a payment is luck: exact payments over simulated outcomes, on one machine or many."""
