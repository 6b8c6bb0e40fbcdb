INSERT INTO `tally_sums` SELECT `campaign`, 'month-country', substr(`day`, 1, 7) || ' ' || `country`, `counter`, sum(`n`) FROM `tally` WHERE `source` NOT LIKE 'aside.%' AND `country` <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO `tally_sums` SELECT `campaign`, 'month-recipient', substr(`day`, 1, 7) || ' ' || `recipient`, `counter`, sum(`n`) FROM `tally` WHERE `source` NOT LIKE 'aside.%' AND `recipient` <> '' GROUP BY 1, 2, 3, 4;
