"""The golden record: who a customer is, what they hold and who belongs to them."""
