CREATE TABLE `notices` (
	`campaign` text NOT NULL,
	`kind` text NOT NULL,
	`recipient` text NOT NULL,
	`n` integer NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`campaign`, `kind`, `recipient`)
);
--> statement-breakpoint
CREATE TABLE `queues` (
	`campaign` text NOT NULL,
	`recipient` text NOT NULL,
	`arrived` integer NOT NULL,
	`gone` integer NOT NULL,
	`due_at` integer NOT NULL,
	`pace_at` integer NOT NULL,
	`refusals` integer DEFAULT 0 NOT NULL,
	`refused_from` integer DEFAULT 0 NOT NULL,
	`refused_at` integer,
	`refusing_since` integer,
	PRIMARY KEY(`campaign`, `recipient`)
);
--> statement-breakpoint
CREATE INDEX `queues_due` ON `queues` (`due_at`);--> statement-breakpoint
DROP INDEX `letters_due`;--> statement-breakpoint
ALTER TABLE `letters` ADD `place` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `letters` ADD `dotting_at` integer;--> statement-breakpoint
ALTER TABLE `letters` ADD `doubts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `letters` ADD `reason` text;--> statement-breakpoint
ALTER TABLE `letters` ADD `answer` text;--> statement-breakpoint
CREATE INDEX `letters_queue` ON `letters` (`campaign`,`recipient`,`state`,`due_at`);--> statement-breakpoint
INSERT INTO queues (campaign, recipient, arrived, gone, due_at, pace_at) SELECT campaign, recipient, count(*), 0, 0, 0 FROM letters WHERE state = 'ready' GROUP BY campaign, recipient;
