namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>The tables of a queue file.</summary>
internal static class QueueSchema
{
    public const long Version = 1;

    /// <summary>
    /// A delivery row stands for a message that a group has been given and has not settled; a message before the group's
    /// position without one is settled. The group's watermark is its first delivery row, or its position.
    /// </summary>
    public const string Create = """
        create table if not exists queue(id text not null);
        insert into queue select lower(hex(randomblob(6))) where not exists (select 1 from queue);
        create table if not exists topic(
          id integer primary key, name text not null unique, partitions integer not null);
        create table if not exists part(
          id integer primary key, topic integer not null, number integer not null, next integer not null,
          unique(topic, number));
        create table if not exists message(
          part integer not null, off integer not null, ts integer not null, key text, type text not null,
          headers blob not null, body blob not null, primary key(part, off)) without rowid;
        create table if not exists consumer(
          id integer primary key, topic integer not null, name text not null, unique(topic, name));
        create table if not exists position(
          consumer integer not null, part integer not null, next integer not null,
          primary key(consumer, part)) without rowid;
        create table if not exists delivery(
          consumer integer not null, part integer not null, off integer not null, due integer not null,
          attempts integer not null, token integer not null, primary key(consumer, part, off)) without rowid;
        create index if not exists delivery_due on delivery(consumer, due);
        create table if not exists dedup(
          topic integer not null, key text not null, part integer not null, off integer not null, ts integer not null,
          primary key(topic, key)) without rowid;
        create index if not exists dedup_ts on dedup(ts);
        pragma user_version = 1;
        """;
}
