CREATE TABLE `asides` (
	`campaign` text NOT NULL,
	`id` text NOT NULL,
	`condition` text NOT NULL,
	`why` text NOT NULL,
	`at` integer NOT NULL,
	`back_at` integer,
	PRIMARY KEY(`campaign`, `id`)
);
