"""How a line begins that tells of files passed over; of a start, `script/server` shows these lines."""

KEPT = "Giữ bản đã công bố / Kept as published: "
