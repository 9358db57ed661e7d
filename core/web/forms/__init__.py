"""Forms of the web door: fields that keep what was typed, messages in Vietnamese."""
