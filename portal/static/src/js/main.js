// Enhancements only: every task can be finished without this file.
import { guardAgainstDoubleSubmit } from "./once.js";
import { conditions } from "./conditions.js";
import { counters } from "./counters.js";
import { copyButtons } from "./copy.js";
import { errorSummary } from "./errors.js";
import { fileInputs } from "./files.js";
import { finder } from "./finder.js";
import { live } from "./live.js";
import { shortcuts } from "./shortcuts.js";
import { startButtons } from "./start.js";

errorSummary();
conditions();
counters();
copyButtons();
fileInputs();
finder();
guardAgainstDoubleSubmit();
startButtons();
shortcuts();
live();
