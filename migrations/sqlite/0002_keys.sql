ALTER TABLE `letters` ADD `day_key` text;--> statement-breakpoint
CREATE INDEX `letters_day_key` ON `letters` (`day_key`) WHERE "letters"."day_key" is not null;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `day_key` text;--> statement-breakpoint
CREATE INDEX `mailbox_day_key` ON `mailbox` (`day_key`);--> statement-breakpoint
ALTER TABLE `submissions` ADD `day_key` text;--> statement-breakpoint
CREATE INDEX `submissions_day_key` ON `submissions` (`day_key`) WHERE "submissions"."day_key" is not null;--> statement-breakpoint
-- Made by a key that nobody could destroy: from here on each campaign has one of its own, in KEYS_DIR.
DELETE FROM `marks`;
