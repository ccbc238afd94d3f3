using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Records;

/// <summary>
/// The runtime's own records of one integration: what is called the local side. Fields only; content belongs into a storage
/// integration. Changes are numbered in the order of their commits.
/// </summary>
internal sealed class LocalRecords(StateStore store, StateClock clock, string integrationId) : SyncEnd
{
    private const string Select =
        "select record_id as Id, data as Data, version as Version, modified_at as ModifiedAt, is_deleted as IsDeleted,"
        + " seq as Seq from records where integration_id = @integrationId and resource = @resource";

    public override bool IsLocal => true;

    public override async Task<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken)
    {
        var names = await store.ReadAsync(
            connection =>
                connection.QueryAsync<string>(
                    "select distinct resource from records where integration_id = @integrationId order by resource",
                    new { integrationId }
                ),
            cancellationToken
        );
        return [.. names.Select(name => new RecordResource(name) { TellsChanges = true, TellsDeletions = true })];
    }

    public override async Task<string?> GetPositionAsync(string resource, CancellationToken cancellationToken)
    {
        var last = await store.ReadAsync(
            connection =>
                connection.ExecuteScalarAsync<long?>(
                    "select max(seq) from records where integration_id = @integrationId and resource = @resource",
                    new { integrationId, resource }
                ),
            cancellationToken
        );
        return (last ?? 0).ToString(CultureInfo.InvariantCulture);
    }

    public override async Task<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var isChanges = query.Reading == RecordReading.Changes;
        var parameters = new
        {
            integrationId,
            resource = query.Resource,
            cursor = query.Cursor ?? "",
            seq = isChanges ? Number(query.Cursor) : 0,
            most = query.Limit + 1,
        };
        var rows = (
            await store.ReadAsync(
                connection =>
                    connection.QueryAsync<LocalRow>(
                        isChanges
                            ? Select + " and seq > @seq order by seq limit @most"
                            : Select + " and record_id > @cursor and not is_deleted order by record_id limit @most",
                        parameters
                    ),
                cancellationToken
            )
        ).AsList();
        var hasMore = rows.Count > query.Limit;
        if (hasMore)
        {
            rows.RemoveAt(query.Limit);
        }

        var cursor =
            rows.Count == 0 ? (isChanges ? query.Cursor : null)
            : isChanges ? rows[^1].Seq.ToString(CultureInfo.InvariantCulture)
            : hasMore ? rows[^1].Id
            : null;
        return new RecordPage([.. rows.Select(row => row.ToRecord())], cursor, hasMore);
    }

    public override async Task<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        var found = new List<SyncRecord>(ids.Count);
        foreach (var part in ids.Chunk(500))
        {
            var rows = await store.ReadAsync(
                connection =>
                    connection.QueryAsync<LocalRow>(
                        Select + " and not is_deleted and " + store.Dialect.IsAmong("record_id", "@ids"),
                        new
                        {
                            integrationId,
                            resource,
                            ids = store.Dialect.List(part),
                        }
                    ),
                cancellationToken
            );
            found.AddRange(rows.Select(row => row.ToRecord()));
        }

        return found;
    }

    public override async Task<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    )
    {
        if (batch.Records.Count == 0)
        {
            return [];
        }

        await store.WriteAsync(transaction => WriteAsync(transaction, batch), cancellationToken);
        return new RecordResult[batch.Records.Count];
    }

    private async Task<int> WriteAsync(DbTransaction transaction, RecordBatch batch)
    {
        // Numbers must become visible in their order, or a reader would pass over those that come late.
        await store.Dialect.LockAsync(transaction, $"records:{integrationId}");
        var connection = transaction.Connection!;
        var seq =
            await connection.ExecuteScalarAsync<long?>(
                "select max(seq) from records where integration_id = @integrationId and resource = @resource",
                new { integrationId, resource = batch.Resource },
                transaction
            ) ?? 0;
        var rows = new JsonArray();
        foreach (var record in batch.Records)
        {
            seq++;
            rows.Add(
                new JsonObject
                {
                    ["id"] = record.Id,
                    ["data"] = record.IsDeleted ? "{}" : Encoding.UTF8.GetString(record.Data.Span),
                    ["version"] = RecordHash.StateOf(record),
                    ["deleted"] = record.IsDeleted,
                    ["seq"] = seq,
                    ["modified"] = record.ModifiedAt?.ToUnixTimeMilliseconds(),
                }
            );
        }

        return await connection.ExecuteAsync(
            "insert into records (integration_id, resource, record_id, data, version, modified_at, is_deleted, seq)"
                + $" select @integrationId, @resource, r.id, r.data, r.version, coalesce(r.modified, {clock.Sql}), r.deleted, r.seq from "
                + store.Dialect.JsonRows(
                    "@rows",
                    ("id", "text"),
                    ("data", "text"),
                    ("version", "text"),
                    ("deleted", "boolean"),
                    ("seq", "bigint"),
                    ("modified", "bigint")
                )
                + " where true on conflict (integration_id, resource, record_id) do update set data = excluded.data,"
                + " version = excluded.version, modified_at = excluded.modified_at, is_deleted = excluded.is_deleted,"
                + " seq = excluded.seq where records.version <> excluded.version",
            new
            {
                integrationId,
                resource = batch.Resource,
                rows = rows.ToJsonString(),
                now = clock.Now,
            },
            transaction
        );
    }

    private static long Number(string? cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ConnectorException.Invalid("cursor", "is not a cursor of this resource");

    private sealed class LocalRow
    {
        public required string Id { get; init; }

        public required string Data { get; init; }

        public required string Version { get; init; }

        public long ModifiedAt { get; init; }

        public bool IsDeleted { get; init; }

        public long Seq { get; init; }

        public SyncRecord ToRecord() =>
            new()
            {
                Id = Id,
                IsDeleted = IsDeleted,
                ModifiedAt = DateTimeOffset.FromUnixTimeMilliseconds(ModifiedAt),
                Data = IsDeleted ? default : Encoding.UTF8.GetBytes(Data),
                Version = IsDeleted ? null : Version,
            };
    }
}
