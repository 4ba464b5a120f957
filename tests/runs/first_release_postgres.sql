BEGIN;
CREATE TABLE datasets (
	sequence SERIAL NOT NULL,
	id VARCHAR(40) NOT NULL,
	owner VARCHAR(64),
	name TEXT NOT NULL,
	digest VARCHAR(64) NOT NULL,
	bytes BIGINT NOT NULL,
	asked JSON NOT NULL,
	reading JSON NOT NULL,
	report JSON,
	problem TEXT,
	problem_line INTEGER,
	created FLOAT NOT NULL,
	deleted FLOAT,
	PRIMARY KEY (sequence),
	UNIQUE (id)
);
INSERT INTO datasets VALUES(1,'kpN1AlYwPGM_wyzGnqRIzg','ann','clicks.csv','60d8ae746c74586d837f19d959c76a66bf7855e82747908e07a5cbf6b16b6053',895,'{"layout": null, "user": null, "time": null, "counts": null, "encoding": null, "delimiter": null, "day_first": null, "decimal": null, "thousands": null, "time_zone": null, "missing": "zero", "frequency": null, "aggregation": "sum", "sheet": null}','{"layout": "long", "user": "user", "time": "date", "counts": ["clicks"], "encoding": "utf-8", "delimiter": ",", "day_first": false, "decimal": ".", "thousands": "", "time_zone": null, "missing": "zero", "frequency": "day", "aggregation": "sum", "sheet": null}','{"rows": 56, "users": 2, "times": 28, "features": ["clicks"], "totals": {"clicks": 812.0}, "first": "2026-03-01", "last": "2026-03-28", "frequency": "day", "zero_share": 0.0, "duplicates": 0, "gaps": 0, "short_users": [], "user_sample": ["a", "b"], "how_read": ["Read as one row per user and time.", "The file is utf-8 text, separated by commas, with a header.", "Columns: user is ''user''; time is ''date''; counts are ''clicks''."], "notes": []}',NULL,NULL,1795917284.005705,NULL);
SELECT setval('datasets_sequence_seq', (SELECT max(sequence) FROM datasets));
CREATE TABLE people (
	id VARCHAR(200) NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO people VALUES('ann','Ann');
CREATE TABLE workers (
	id VARCHAR(40) NOT NULL,
	started FLOAT NOT NULL,
	heartbeat FLOAT NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE continuations (
	dataset_id VARCHAR(40) NOT NULL,
	earlier_id VARCHAR(40) NOT NULL,
	PRIMARY KEY (dataset_id),
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
CREATE TABLE mutes (
	sequence SERIAL NOT NULL,
	id VARCHAR(40) NOT NULL,
	dataset_id VARCHAR(40) NOT NULL,
	"user" TEXT,
	weekday INTEGER,
	start VARCHAR(40),
	"end" VARCHAR(40),
	direction VARCHAR(4),
	note TEXT NOT NULL,
	person_id TEXT NOT NULL,
	person_name TEXT NOT NULL,
	made FLOAT NOT NULL,
	lifted FLOAT,
	lifted_by TEXT,
	PRIMARY KEY (sequence),
	UNIQUE (id),
	FOREIGN KEY(dataset_id) REFERENCES datasets (id) ON DELETE CASCADE
);
INSERT INTO mutes VALUES(1,'nAe2Txzu5VkoLWiFk1wueA','kpN1AlYwPGM_wyzGnqRIzg','b',6,NULL,NULL,NULL,'Sundays','ann','Ann',1795917284.0459857,NULL,NULL);
SELECT setval('mutes_sequence_seq', (SELECT max(sequence) FROM mutes));
CREATE TABLE runs (
	sequence SERIAL NOT NULL,
	id VARCHAR(40) NOT NULL,
	owner VARCHAR(64),
	name TEXT NOT NULL,
	dataset_id VARCHAR(40) NOT NULL,
	settings JSON NOT NULL,
	threshold JSON NOT NULL,
	state VARCHAR(12) NOT NULL,
	stage VARCHAR(12) NOT NULL,
	epoch INTEGER NOT NULL,
	epochs INTEGER NOT NULL,
	seconds_left FLOAT,
	created FLOAT NOT NULL,
	started FLOAT,
	ended FLOAT,
	reason TEXT,
	deleted FLOAT,
	attempt INTEGER NOT NULL,
	cancel_requested BOOLEAN NOT NULL,
	claim VARCHAR(40),
	heartbeat FLOAT,
	PRIMARY KEY (sequence),
	UNIQUE (id),
	FOREIGN KEY(dataset_id) REFERENCES datasets (id)
);
INSERT INTO runs VALUES(1,'BgeFs0MyfnDoN3bVyGhdqg','ann','First run','kpN1AlYwPGM_wyzGnqRIzg','{"model": "encoder-decoder", "window": null, "stride": null, "scaling": "range", "units": [2], "dropout": 0.0, "activation": "tanh", "loss": "mse", "metric": "mae", "optimizer": "adam", "learning_rate": 0.001, "epochs": 1, "batch_size": 32, "shuffle": false, "unroll": false, "validation_share": 0.1, "patience": 10, "drop_worst": 0.0, "seed": 0}','{"kind": "rate", "amount": 0.001}','finished','',1,1,NULL,1795917284.0118763,1795917284.018075,1795917284.0239933,NULL,NULL,1,false,NULL,1795917284.0180743);
INSERT INTO runs VALUES(2,'U_DRyOflsGq9MHQZ91njqQ','ann','Waiting run','kpN1AlYwPGM_wyzGnqRIzg','{"model": "robust-z", "window": null, "stride": null, "scaling": "range", "units": [100], "dropout": 0.0, "activation": "tanh", "loss": "mse", "metric": "mae", "optimizer": "adam", "learning_rate": 0.001, "epochs": 30, "batch_size": 32, "shuffle": false, "unroll": false, "validation_share": 0.1, "patience": 10, "drop_worst": 0.0, "seed": 0}','{"kind": "rate", "amount": 0.001}','queued','',0,0,NULL,1795917284.0275364,NULL,NULL,NULL,NULL,0,false,NULL,NULL);
SELECT setval('runs_sequence_seq', (SELECT max(sequence) FROM runs));
CREATE TABLE epochs (
	run_id VARCHAR(40) NOT NULL,
	epoch INTEGER NOT NULL,
	loss FLOAT NOT NULL,
	metric FLOAT NOT NULL,
	val_loss FLOAT,
	val_metric FLOAT,
	seconds FLOAT NOT NULL,
	PRIMARY KEY (run_id, epoch),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO epochs VALUES('BgeFs0MyfnDoN3bVyGhdqg',1,0.5,0.4,0.6,0.5,0.1);
CREATE TABLE links (
	id VARCHAR(40) NOT NULL,
	token_hash VARCHAR(64) NOT NULL,
	run_id VARCHAR(40) NOT NULL,
	kind VARCHAR(8) NOT NULL,
	view JSON,
	may_review BOOLEAN NOT NULL,
	masked BOOLEAN NOT NULL,
	created FLOAT NOT NULL,
	expires FLOAT,
	revoked FLOAT,
	last_used FLOAT,
	uses INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (token_hash),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO links VALUES('8FTtqKB_lm5mIhPpDaY-GQ','14a03eb576bba4ad0ecb7fc00be17e554a156c4ecf8b8c8d6a482f7c1a98baf9','BgeFs0MyfnDoN3bVyGhdqg','run','null',true,false,1795917284.0524292,NULL,NULL,1795917284.0588005,1);
CREATE TABLE reviews (
	sequence SERIAL NOT NULL,
	run_id VARCHAR(40) NOT NULL,
	user_index INTEGER NOT NULL,
	"user" TEXT NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	start VARCHAR(40) NOT NULL,
	"end" VARCHAR(40) NOT NULL,
	feature TEXT NOT NULL,
	verdict VARCHAR(12) NOT NULL,
	note TEXT NOT NULL,
	person_id TEXT NOT NULL,
	person_name TEXT NOT NULL,
	made FLOAT NOT NULL,
	number INTEGER NOT NULL,
	on_top_of INTEGER NOT NULL,
	step VARCHAR(40) NOT NULL,
	withdraws INTEGER,
	PRIMARY KEY (sequence),
	UNIQUE (withdraws),
	UNIQUE (run_id, user_index, number),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE,
	FOREIGN KEY(withdraws) REFERENCES reviews (sequence)
);
INSERT INTO reviews VALUES(1,'BgeFs0MyfnDoN3bVyGhdqg',0,'a',3,4,'2026-03-04','2026-03-05','clicks','anomaly','looked twice','ann','Ann',1795917284.037309,1,0,'m4lLeMkIJRDT7X3di5X8SA',NULL);
INSERT INTO reviews VALUES(2,'BgeFs0MyfnDoN3bVyGhdqg',1,'b',7,7,'2026-03-08','2026-03-08','clicks','normal','','ann','Ann',1795917284.0407228,1,0,'wd_hWFksYtUpJ79n_UBpzw',NULL);
INSERT INTO reviews VALUES(3,'BgeFs0MyfnDoN3bVyGhdqg',1,'b',7,7,'2026-03-08','2026-03-08','clicks','withdrawn','','ann','Ann',1795917284.043333,2,1,'X-oLuymiKsOcXYc9BiHunA',2);
SELECT setval('reviews_sequence_seq', (SELECT max(sequence) FROM reviews));
CREATE TABLE scorings (
	run_id VARCHAR(40) NOT NULL,
	model_run_id VARCHAR(40) NOT NULL,
	model_run_name TEXT NOT NULL,
	PRIMARY KEY (run_id),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE grants (
	link_id VARCHAR(40) NOT NULL,
	browser VARCHAR(64) NOT NULL,
	created FLOAT NOT NULL,
	PRIMARY KEY (link_id, browser),
	FOREIGN KEY(link_id) REFERENCES links (id) ON DELETE CASCADE
);
INSERT INTO grants VALUES('8FTtqKB_lm5mIhPpDaY-GQ','bob',1795917284.0600479);
CREATE INDEX datasets_by_digest ON datasets (digest);
CREATE INDEX datasets_by_owner ON datasets (owner);
CREATE INDEX runs_by_owner ON runs (owner);
CREATE INDEX runs_by_state ON runs (state, sequence);
CREATE INDEX links_by_run ON links (run_id);
CREATE INDEX grants_by_browser ON grants (browser);
COMMIT;
