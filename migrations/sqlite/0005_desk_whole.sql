CREATE TABLE `challenges` (
	`hash` blob PRIMARY KEY NOT NULL,
	`campaigner` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `holds` (
	`campaign` text NOT NULL,
	`recipient` text NOT NULL,
	`reason` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`campaign`, `recipient`, `reason`)
);
--> statement-breakpoint
CREATE TABLE `hook_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`hook` text NOT NULL,
	`campaign` text NOT NULL,
	`event` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	`due_at` integer,
	`attempts` integer NOT NULL,
	`done_at` integer,
	`outcome` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `hook_deliveries_due` ON `hook_deliveries` (`due_at`);--> statement-breakpoint
CREATE INDEX `hook_deliveries_hook` ON `hook_deliveries` (`hook`,`at`);--> statement-breakpoint
CREATE TABLE `hooks` (
	`id` text PRIMARY KEY NOT NULL,
	`campaign` text NOT NULL,
	`box` blob NOT NULL,
	`events` text NOT NULL,
	`told` text NOT NULL,
	`added_at` integer NOT NULL,
	`failing_since` integer,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `hooks_campaign` ON `hooks` (`campaign`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`campaign` text NOT NULL,
	`campaigner` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`done` integer NOT NULL,
	`total` integer NOT NULL,
	`words` text NOT NULL,
	`href` text NOT NULL,
	`content` blob,
	`began_at` integer NOT NULL,
	`beat_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `jobs_campaign` ON `jobs` (`campaign`,`began_at`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`campaigner` text NOT NULL,
	`box` blob NOT NULL,
	`counter` integer NOT NULL,
	`added_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE INDEX `passkeys_campaigner` ON `passkeys` (`campaigner`);--> statement-breakpoint
CREATE TABLE `successions` (
	`campaign` text NOT NULL,
	`recipient` text NOT NULL,
	`addressee` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`campaign`, `recipient`, `addressee`)
);
--> statement-breakpoint
CREATE TABLE `tally_sums` (
	`campaign` text NOT NULL,
	`side` text NOT NULL,
	`name` text NOT NULL,
	`counter` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`campaign`, `side`, `name`, `counter`)
);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`hash` blob PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`campaign` text NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`campaigner` text NOT NULL,
	`added_at` integer NOT NULL,
	`used_at` integer,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `tokens_campaign` ON `tokens` (`campaign`);--> statement-breakpoint
ALTER TABLE `intakes` ADD `judged` blob;--> statement-breakpoint
ALTER TABLE `letters` ADD `addressee` text DEFAULT '' NOT NULL;
--> statement-breakpoint
INSERT INTO `holds` SELECT `campaign`, `recipient`, coalesce(`reason`, 'unsendable'), count(*) FROM `letters` WHERE `state` = 'held' GROUP BY 1, 2, 3;
--> statement-breakpoint
INSERT INTO `tally_sums` SELECT `campaign`, 'all', '', `counter`, sum(`n`) FROM `tally` WHERE `source` NOT LIKE 'aside.%' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO `tally_sums` SELECT `campaign`, 'day', `day`, `counter`, sum(`n`) FROM `tally` WHERE `source` NOT LIKE 'aside.%' AND `day` <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO `tally_sums` SELECT `campaign`, 'country', `country`, `counter`, sum(`n`) FROM `tally` WHERE `source` NOT LIKE 'aside.%' AND `country` <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO `tally_sums` SELECT `campaign`, 'recipient', `recipient`, `counter`, sum(`n`) FROM `tally` WHERE `source` NOT LIKE 'aside.%' AND `recipient` <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO `tally_sums` SELECT `campaign`, 'source', `source`, `counter`, sum(`n`) FROM `tally` WHERE `source` NOT LIKE 'aside.%' AND `source` <> '' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO `tally_sums` SELECT `campaign`, 'aside', `source`, `counter`, sum(`n`) FROM `tally` WHERE `source` LIKE 'aside.%' GROUP BY 1, 2, 3, 4;
