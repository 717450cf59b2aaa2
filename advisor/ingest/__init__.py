"""From files to passages: finding, decoding, reading, inspecting and cutting documents."""
