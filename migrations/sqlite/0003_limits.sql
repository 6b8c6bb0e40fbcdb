CREATE TABLE `mail_counts` (
	`day_key` text NOT NULL,
	`mark` blob NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`day_key`, `mark`)
);
