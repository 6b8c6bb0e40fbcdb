CREATE TABLE `campaigners` (
	`id` text PRIMARY KEY NOT NULL,
	`mark` blob NOT NULL,
	`box` blob NOT NULL,
	`role` text NOT NULL,
	`added_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `campaigners_mark` ON `campaigners` (`mark`);--> statement-breakpoint
CREATE TABLE `deeds` (
	`id` text PRIMARY KEY NOT NULL,
	`campaign` text NOT NULL,
	`at` integer NOT NULL,
	`campaigner` text NOT NULL,
	`deed` text NOT NULL,
	`about` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `deeds_campaign` ON `deeds` (`campaign`,`at`);--> statement-breakpoint
CREATE TABLE `desk_mails` (
	`id` text PRIMARY KEY NOT NULL,
	`box` blob NOT NULL,
	`day_key` text,
	`due_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `desk_mails_due` ON `desk_mails` (`due_at`);--> statement-breakpoint
CREATE INDEX `desk_mails_day_key` ON `desk_mails` (`day_key`);--> statement-breakpoint
CREATE TABLE `intakes` (
	`id` text PRIMARY KEY NOT NULL,
	`campaign` text NOT NULL,
	`content` blob NOT NULL,
	`columns` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `intakes_at` ON `intakes` (`at`);--> statement-breakpoint
CREATE TABLE `pieces` (
	`hash` blob PRIMARY KEY NOT NULL,
	`content` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `revisions` (
	`campaign` text NOT NULL,
	`revision` integer NOT NULL,
	`at` integer NOT NULL,
	`campaigner` text NOT NULL,
	`facts` blob NOT NULL,
	`recipients` blob NOT NULL,
	`signatories` blob NOT NULL,
	`texts` blob NOT NULL,
	PRIMARY KEY(`campaign`, `revision`)
);
--> statement-breakpoint
CREATE TABLE `roles` (
	`campaign` text NOT NULL,
	`campaigner` text NOT NULL,
	`role` text NOT NULL,
	PRIMARY KEY(`campaign`, `campaigner`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`hash` blob PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`campaigner` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sessions_campaigner` ON `sessions` (`campaigner`);--> statement-breakpoint
CREATE INDEX `sessions_seen` ON `sessions` (`seen_at`);--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`hash` blob PRIMARY KEY NOT NULL,
	`campaigner` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `letters` ADD `revision` integer DEFAULT 0 NOT NULL;