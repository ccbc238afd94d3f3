using Microsoft.Data.Sqlite;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>Every statement the writer uses, prepared once per connection, which finalizes them when it closes.</summary>
internal sealed class QueueStatements(SqliteConnection connection)
{
    public QueueStatement Begin { get; } = new(new SqliteCommand("begin immediate", connection), 0);

    public QueueStatement Commit { get; } = new(new SqliteCommand("commit", connection), 0);

    public QueueStatement QueueId { get; } = new(new SqliteCommand("select id from queue", connection), 0);

    public QueueStatement TopicByName { get; } =
        new(new SqliteCommand("select id, partitions from topic where name = ?1", connection), 1);

    public QueueStatement AddTopic { get; } =
        new(new SqliteCommand("insert into topic(name, partitions) values(?1, ?2) returning id", connection), 2);

    public QueueStatement PartByNumber { get; } =
        new(new SqliteCommand("select id, next from part where topic = ?1 and number = ?2", connection), 2);

    public QueueStatement PartById { get; } =
        new(
            new SqliteCommand(
                """
                select t.id, t.name, t.partitions, p.number, p.next
                from part p join topic t on t.id = p.topic where p.id = ?1
                """,
                connection
            ),
            1
        );

    public QueueStatement AddPart { get; } =
        new(new SqliteCommand("insert into part(topic, number, next) values(?1, ?2, 0) returning id", connection), 2);

    public QueueStatement MovePart { get; } =
        new(new SqliteCommand("update part set next = ?2 where id = ?1", connection), 2);

    public QueueStatement AddMessage { get; } =
        new(
            new SqliteCommand(
                """
                insert into message(part, off, ts, key, type, headers, body) values(?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """,
                connection
            ),
            7
        );

    public QueueStatement MessageAt { get; } =
        new(
            new SqliteCommand("select key, type, headers, body from message where part = ?1 and off = ?2", connection),
            2
        );

    public QueueStatement FindRepeat { get; } =
        new(
            new SqliteCommand("select part, off, ts from dedup where topic = ?1 and key = ?2 and ts > ?3", connection),
            3
        );

    public QueueStatement RememberKey { get; } =
        new(
            new SqliteCommand(
                "insert or replace into dedup(topic, key, part, off, ts) values(?1, ?2, ?3, ?4, ?5)",
                connection
            ),
            5
        );

    public QueueStatement ConsumerByName { get; } =
        new(new SqliteCommand("select id from consumer where topic = ?1 and name = ?2", connection), 2);

    public QueueStatement ConsumerName { get; } =
        new(new SqliteCommand("select name from consumer where id = ?1", connection), 1);

    public QueueStatement AddConsumer { get; } =
        new(new SqliteCommand("insert into consumer(topic, name) values(?1, ?2) returning id", connection), 2);

    public QueueStatement DueDeliveries { get; } =
        new(
            new SqliteCommand(
                """
                select d.part, d.off, d.attempts, m.ts, m.key, m.type, m.headers, length(m.body), m.body
                from delivery d join message m on m.part = d.part and m.off = d.off
                where d.consumer = ?1 and d.due <= ?2 order by d.due, d.part, d.off limit ?3
                """,
                connection
            ),
            3
        );

    public QueueStatement NextDue { get; } =
        new(new SqliteCommand("select min(due) from delivery where consumer = ?1", connection), 1);

    public QueueStatement Backlog { get; } =
        new(
            new SqliteCommand(
                """
                select p.id, coalesce(c.next, 0) from part p left join position c on c.consumer = ?1 and c.part = p.id
                where p.topic = ?2 and p.next > coalesce(c.next, 0) order by p.number
                """,
                connection
            ),
            2
        );

    public QueueStatement FreshMessages { get; } =
        new(
            new SqliteCommand(
                """
                select part, off, 0, ts, key, type, headers, length(body), body
                from message where part = ?1 and off >= ?2 order by off limit ?3
                """,
                connection
            ),
            3
        );

    public QueueStatement MovePosition { get; } =
        new(
            new SqliteCommand(
                """
                insert into position(consumer, part, next) values(?1, ?2, ?3)
                on conflict do update set next = excluded.next
                """,
                connection
            ),
            3
        );

    public QueueStatement GrantLease { get; } =
        new(
            new SqliteCommand(
                """
                insert into delivery(consumer, part, off, due, attempts, token) values(?1, ?2, ?3, ?4, ?5, ?6)
                on conflict do update set due = excluded.due, attempts = excluded.attempts, token = excluded.token
                """,
                connection
            ),
            6
        );

    public QueueStatement HeldAttempts { get; } =
        new(
            new SqliteCommand(
                """
                select attempts from delivery
                where consumer = ?1 and part = ?2 and off = ?3 and token = ?4 and due > ?5
                """,
                connection
            ),
            5
        );

    public QueueStatement ForgetDelivery { get; } =
        new(new SqliteCommand("delete from delivery where consumer = ?1 and part = ?2 and off = ?3", connection), 3);

    public QueueStatement ChangeDelivery { get; } =
        new(
            new SqliteCommand(
                """
                update delivery set due = ?4, attempts = ?5, token = ?6 where consumer = ?1 and part = ?2 and off = ?3
                """,
                connection
            ),
            6
        );

    public QueueStatement WasDelivered { get; } =
        new(
            new SqliteCommand(
                "select 1 from position where consumer = ?1 and part = ?2 and next > ?3 and ?3 >= 0",
                connection
            ),
            3
        );

    public QueueStatement PartsAfter { get; } =
        new(new SqliteCommand("select id, topic from part where id > ?1 order by id limit ?2", connection), 2);

    /// <summary>First offset among the oldest messages that is to be kept; they are old enough only as a run.</summary>
    public QueueStatement FirstKept { get; } =
        new(
            new SqliteCommand(
                """
                select min(off) from (select off, ts from message where part = ?1 order by off limit ?3) where ts > ?2
                """,
                connection
            ),
            3
        );

    public QueueStatement LastOfOldest { get; } =
        new(
            new SqliteCommand(
                "select max(off) from (select off from message where part = ?1 order by off limit ?2)",
                connection
            ),
            2
        );

    public QueueStatement DropMessages { get; } =
        new(new SqliteCommand("delete from message where part = ?1 and off < ?2", connection), 2);

    public QueueStatement DropDeliveries { get; } =
        new(
            new SqliteCommand(
                """
                delete from delivery
                where consumer in (select id from consumer where topic = ?1) and part = ?2 and off < ?3
                """,
                connection
            ),
            3
        );

    public QueueStatement DropKeys { get; } =
        new(
            new SqliteCommand(
                """
                delete from dedup where (topic, key) in (select topic, key from dedup where ts <= ?1 limit ?2)
                """,
                connection
            ),
            2
        );
}
