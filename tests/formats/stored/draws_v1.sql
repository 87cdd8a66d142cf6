BEGIN TRANSACTION;
CREATE TABLE draws (
    stream INTEGER NOT NULL, prompt INTEGER NOT NULL, n INTEGER NOT NULL,
    text BLOB NOT NULL, finish TEXT NOT NULL, seed TEXT, prompt_tokens INTEGER,
    tokens INTEGER, seconds REAL, transcript BLOB NOT NULL, scored TEXT NOT NULL,
    PRIMARY KEY (stream, prompt, n)
) WITHOUT ROWID;
INSERT INTO "draws" VALUES(1,1,0,X'32','stop','18446744073709551615',4,1,0.25,X'','');
INSERT INTO "draws" VALUES(1,1,1,X'EDA080','length',NULL,NULL,16,NULL,X'','');
INSERT INTO "draws" VALUES(1,2,0,X'3432','stop',NULL,NULL,NULL,NULL,X'','');
INSERT INTO "draws" VALUES(2,1,0,X'','stop',NULL,NULL,NULL,NULL,X'','{"correct": 1.0}');
INSERT INTO "draws" VALUES(2,1,1,X'32','stop',NULL,NULL,NULL,NULL,X'5B2274686F75676874225D','');
CREATE TABLE prompts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, text BLOB NOT NULL);
INSERT INTO "prompts" VALUES(1,X'9293C683C3B749BDF1FFCE7085BD9F2C',X'312B313D');
INSERT INTO "prompts" VALUES(2,X'DB302ED4A2FECC08DCAED9B739E59DEE',X'31372B32353D');
CREATE TABLE scorers (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, metrics TEXT NOT NULL);
INSERT INTO "scorers" VALUES(1,'0badf00d0badf00d','["correct", "lenient", "boxed"]');
CREATE TABLE scores (
    scorer INTEGER NOT NULL, stream INTEGER NOT NULL, item TEXT NOT NULL, n INTEGER NOT NULL,
    metrics BLOB NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (scorer, stream, item, n)
) WITHOUT ROWID;
INSERT INTO "scores" VALUES(1,1,'33fb8d511719157e',0,X'000000000000F03F000000000000F03F0000000000000000','c001d00d');
INSERT INTO "scores" VALUES(1,1,'33fb8d511719157e',1,X'000000000000000000000000000000000000000000000000','');
INSERT INTO "scores" VALUES(1,1,'b88bb121a0f0976e',0,X'000000000000F03F000000000000F03F0000000000000000','feedface');
CREATE TABLE streams (
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, arm TEXT NOT NULL,
    identity TEXT NOT NULL, run TEXT NOT NULL, created TEXT NOT NULL
);
INSERT INTO "streams" VALUES(1,'efc26b5c92003e36b1f11718d1d7c614','rl','{"fingerprint": "c0ffee00c0ffee00", "run": "", "sampling": {"max_tokens": 16, "temperature": 1.0, "top_p": 0.95}, "seed": 7, "stream": "rl"}','','2026-01-02T03:04:05+00:00');
INSERT INTO "streams" VALUES(2,'4460da04deb8a638600d385ba259ba6f','agent','{"fingerprint": "decade00decade00", "run": "5eed5eed5eed5eed", "sampling": {"max_tokens": 16, "temperature": 1.0, "top_p": 0.95}, "seed": 7, "stream": "agent"}','5eed5eed5eed5eed','2026-01-02T03:04:05+00:00');
COMMIT;
PRAGMA user_version = 1;
