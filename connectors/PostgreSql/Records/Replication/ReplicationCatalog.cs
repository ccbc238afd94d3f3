using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>Looks into the server's catalogues, and makes and drops what is in them.</summary>
internal sealed class ReplicationCatalog(IDatabase database, TableDialect dialect)
{
    // Rows of catalogues get a new xmin when they are altered, and a new oid when they are made anew.
    private const string Look = """
        select current_setting('server_version_num')::bigint, current_setting('wal_level'), pg_is_in_recovery(),
          exists (select from pg_roles r where r.rolname = current_user and (r.rolsuper or r.rolreplication))
            or exists (select from pg_roles r where r.rolname = 'rds_replication' and pg_has_role(r.oid, 'member')),
          case when pg_is_in_recovery() then '0/0' else pg_current_wal_flush_lsn()::text end,
          coalesce(c.oid::bigint, 0),
          coalesce(c.relkind = 'r' and c.relpersistence = 'p'
            and not exists (select from pg_inherits i where i.inhparent = c.oid), false),
          (select coalesce(json_agg(a.attname), '[]')::text from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attnotnull
            and (c.relreplident = 'f' or exists (select from pg_index i
              where i.indrelid = c.oid and i.indisvalid and i.indimmediate
              and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
              and case c.relreplident when 'd' then i.indisprimary when 'i' then i.indisreplident else false end))),
          coalesce(p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate and b.oid is not null
            and to_jsonb(b) ->> 'prqual' is null and to_jsonb(b) ->> 'prattrs' is null, false),
          concat_ws(' ', (select system_identifier from pg_control_system()),
            case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) end,
            (select d.oid from pg_database d where d.datname = current_database()), c.oid,
            (select string_agg(a.attname || ':' || a.atttypid, ',' order by a.attname) from pg_attribute a
              where a.attrelid = c.oid and a.attname::text in (select json_array_elements_text(cast(:key as json)))),
            p.oid, p.xmin, b.oid, b.xmin),
          s.slot_name is not null,
          coalesce(s.database = current_database() and s.plugin = 'pgoutput', false),
          coalesce(s.wal_status = 'lost' or to_jsonb(s) ->> 'conflicting' = 'true'
            or to_jsonb(s) ->> 'invalidation_reason' is not null, false),
          coalesce(s.confirmed_flush_lsn, '0/0')::text, coalesce(s.restart_lsn, '0/0')::text
        from (select to_regclass(:table) as oid) n
          left join pg_class c on c.oid = n.oid
          left join pg_publication p on p.pubname = cast(:name as name)
          left join pg_publication_rel b on b.prpubid = p.oid and b.prrelid = c.oid
          left join pg_replication_slots s on s.slot_name = cast(:name as name)
        """;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Tells what is there.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns that make the id.</param>
    /// <param name="name">Name of slot and publication.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What is there.</returns>
    public async Task<ReplicationState> LookAsync(
        string table,
        IReadOnlyList<string> key,
        string name,
        CancellationToken cancellationToken
    )
    {
        var statement = Statement(
            Look,
            ("table", dialect.QuoteTable(table)),
            ("key", JsonSerializer.Serialize([.. key], NamesJson.Default.StringArray)),
            ("name", name)
        );
        await using var rows = await database.QueryAsync(statement, cancellationToken);
        await rows.ReadAsync(cancellationToken);
        var origin = $"{name} {string.Join(',', key)} {rows.GetValue(9).AsText()}";
        return new ReplicationState
        {
            Version = rows.GetValue(0).AsInt64(),
            WalLevel = rows.GetValue(1).AsText(),
            IsStandby = rows.GetValue(2).AsBoolean(),
            RoleMayReplicate = rows.GetValue(3).AsBoolean(),
            End = LogPosition.ParseLsn(rows.GetValue(4).AsText()),
            Table = (uint)rows.GetValue(5).AsInt64(),
            IsPlainTable = rows.GetValue(6).AsBoolean(),
            Identity = JsonSerializer.Deserialize(rows.GetValue(7).AsText(), NamesJson.Default.StringArray)!,
            IsPublished = rows.GetValue(8).AsBoolean(),
            Origin = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)).AsSpan(0, 12)),
            HasSlot = rows.GetValue(10).AsBoolean(),
            IsOurSlot = rows.GetValue(11).AsBoolean(),
            IsSlotLost = rows.GetValue(12).AsBoolean(),
            Confirmed = LogPosition.ParseLsn(rows.GetValue(13).AsText()),
            Restart = LogPosition.ParseLsn(rows.GetValue(14).AsText()),
        };
    }

    /// <summary>
    /// Takes a number that is higher than that of every transaction which has written until now. A snapshot alone does not tell
    /// it: it ends behind the last transaction that has ended.
    /// </summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The number, with the epoch.</returns>
    public async Task<ulong> TakeTransactionAsync(CancellationToken cancellationToken) =>
        ulong.Parse(
            (await ListAsync(new DbStatement("select pg_current_xact_id()::text"), cancellationToken))[0],
            CultureInfo.InvariantCulture
        );

    /// <summary>Waits until a snapshot is as it should be.</summary>
    /// <param name="isEnough">Whether it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task AwaitTransactionsAsync(
        Func<TransactionSnapshot, bool> isEnough,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var wait = TimeSpan.FromMilliseconds(5);
        while (!isEnough(await LookAtTransactionsAsync(cancellationToken)))
        {
            // The server tells nobody of the end of a transaction.
            await Task.Delay(wait, time, cancellationToken);
            wait = wait < LongestWait ? wait * 2 : LongestWait;
        }
    }

    public async Task CreatePublicationAsync(string name, string table, CancellationToken cancellationToken) =>
        await database.ExecuteAsync(
            new DbStatement(
                $"create publication {dialect.Quote(name)} for table only {dialect.QuoteTable(table)}"
                    + " with (publish = 'insert, update, delete, truncate')"
            ),
            cancellationToken
        );

    public async Task DropPublicationAsync(string name, CancellationToken cancellationToken) =>
        await database.ExecuteAsync(
            new DbStatement($"drop publication if exists {dialect.Quote(name)}"),
            cancellationToken
        );

    /// <summary>Makes a slot; the server waits until the transactions that are writing now have ended.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task CreateSlotAsync(string name, CancellationToken cancellationToken) =>
        ListAsync(
            "select slot_name::text from pg_create_logical_replication_slot(cast(:name as name), 'pgoutput')",
            name,
            cancellationToken
        );

    public Task DropSlotAsync(string name, CancellationToken cancellationToken) =>
        ListAsync(
            "select pg_drop_replication_slot(s.slot_name)::text from pg_replication_slots s where s.slot_name = cast(:name as name)",
            name,
            cancellationToken
        );

    /// <summary>Lets the server forget what lies before a position.</summary>
    /// <param name="name">Name of the slot.</param>
    /// <param name="lsn">The position.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task AdvanceSlotAsync(string name, ulong lsn, CancellationToken cancellationToken) =>
        ListAsync(
            Statement(
                "select end_lsn::text from pg_replication_slot_advance(cast(:name as name), cast(:lsn as pg_lsn))",
                ("name", name),
                ("lsn", LogPosition.FormatLsn(lsn))
            ),
            cancellationToken
        );

    /// <summary>Lists the slots and publications of this database whose names begin so.</summary>
    /// <param name="prefix">The beginning.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Their names, each once.</returns>
    public Task<IReadOnlyList<string>> ListNamesAsync(string prefix, CancellationToken cancellationToken) =>
        ListAsync(
            "select slot_name::text from pg_replication_slots where database = current_database() and starts_with(slot_name::text, :name)"
                + " union select pubname::text from pg_publication where starts_with(pubname::text, :name)",
            prefix,
            cancellationToken
        );

    private async Task<TransactionSnapshot> LookAtTransactionsAsync(CancellationToken cancellationToken) =>
        TransactionSnapshot.Parse(
            (await ListAsync(new DbStatement("select pg_current_snapshot()::text"), cancellationToken))[0]
        );

    private static DbStatement Statement(string text, params (string Name, string Value)[] parameters) =>
        new(text)
        {
            Parameters = parameters.ToDictionary(
                parameter => parameter.Name,
                parameter => DbValue.From(parameter.Value),
                StringComparer.Ordinal
            ),
        };

    private Task<IReadOnlyList<string>> ListAsync(string text, string name, CancellationToken cancellationToken) =>
        ListAsync(Statement(text, ("name", name)), cancellationToken);

    private async Task<IReadOnlyList<string>> ListAsync(DbStatement statement, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        await using var rows = await database.QueryAsync(statement, cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            found.Add(rows.GetValue(0).ToString());
        }

        return found;
    }
}
