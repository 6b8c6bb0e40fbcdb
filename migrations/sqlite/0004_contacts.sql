CREATE TABLE `contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`campaign` text NOT NULL,
	`box` blob NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `contacts_campaign` ON `contacts` (`campaign`);--> statement-breakpoint
CREATE INDEX `contacts_expiry` ON `contacts` (`expires_at`);