CREATE TABLE `asides` (
	`campaign` text NOT NULL,
	`id` text NOT NULL,
	`condition` text NOT NULL,
	`why` text NOT NULL,
	`at` integer NOT NULL,
	`back_at` integer,
	PRIMARY KEY(`campaign`, `id`)
);
--> statement-breakpoint
CREATE TABLE `contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`campaign` text NOT NULL,
	`box` blob NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `contacts_campaign` ON `contacts` (`campaign`);--> statement-breakpoint
CREATE INDEX `contacts_expiry` ON `contacts` (`expires_at`);