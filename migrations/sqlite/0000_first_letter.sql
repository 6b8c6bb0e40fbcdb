CREATE TABLE `campaigns` (
	`slug` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`revision` integer NOT NULL,
	`facts` text NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `letters` (
	`id` text PRIMARY KEY NOT NULL,
	`submission` text NOT NULL,
	`state` text NOT NULL,
	`campaign` text NOT NULL,
	`country` text NOT NULL,
	`source` text NOT NULL,
	`recipient` text NOT NULL,
	`status_hash` blob NOT NULL,
	`box` blob,
	`day` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`first_tried_at` integer,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `letters_status` ON `letters` (`status_hash`);--> statement-breakpoint
CREATE INDEX `letters_due` ON `letters` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `letters_changed` ON `letters` (`state`,`changed_at`);--> statement-breakpoint
CREATE TABLE `mailbox` (
	`id` text PRIMARY KEY NOT NULL,
	`submission` text NOT NULL,
	`at` integer NOT NULL,
	`box` blob NOT NULL
);
--> statement-breakpoint
CREATE INDEX `mailbox_submission` ON `mailbox` (`submission`);--> statement-breakpoint
CREATE INDEX `mailbox_at` ON `mailbox` (`at`);--> statement-breakpoint
CREATE TABLE `marks` (
	`campaign` text NOT NULL,
	`mark` blob NOT NULL,
	PRIMARY KEY(`campaign`, `mark`)
);
--> statement-breakpoint
CREATE TABLE `recipients` (
	`campaign` text NOT NULL,
	`id` text NOT NULL,
	`position` integer NOT NULL,
	`content` text NOT NULL,
	PRIMARY KEY(`campaign`, `id`)
);
--> statement-breakpoint
CREATE TABLE `signatories` (
	`campaign` text NOT NULL,
	`position` integer NOT NULL,
	`content` text NOT NULL,
	PRIMARY KEY(`campaign`, `position`)
);
--> statement-breakpoint
CREATE TABLE `spent_tickets` (
	`ticket` blob PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `submissions` (
	`id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`campaign` text NOT NULL,
	`country` text NOT NULL,
	`source` text NOT NULL,
	`recipients` text NOT NULL,
	`token_hash` blob NOT NULL,
	`handle_hash` blob NOT NULL,
	`box` blob,
	`token_lock` blob,
	`code_lock` blob,
	`tries` integer NOT NULL,
	`day` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `submissions_token` ON `submissions` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `submissions_handle` ON `submissions` (`handle_hash`);--> statement-breakpoint
CREATE INDEX `submissions_due` ON `submissions` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `submissions_expiry` ON `submissions` (`state`,`expires_at`);--> statement-breakpoint
CREATE TABLE `tally` (
	`campaign` text NOT NULL,
	`day` text NOT NULL,
	`country` text NOT NULL,
	`recipient` text NOT NULL,
	`source` text NOT NULL,
	`counter` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`campaign`, `day`, `country`, `recipient`, `source`, `counter`)
);
--> statement-breakpoint
CREATE TABLE `texts` (
	`campaign` text NOT NULL,
	`name` text NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`campaign`, `name`)
);
