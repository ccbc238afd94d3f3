using System.Globalization;
using System.Text;
using Yyc3.Connectors.Runtime.Sync;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>A provider in memory with one resource, whose every call a test can see and disturb.</summary>
internal sealed class FakeEnd(bool tellsChanges = true, bool isSpaced = false) : SyncEnd
{
    public const string Resource = "things";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, string> _log = [];
    private long _seq;

    /// <summary>Called before every call, with its name; what it throws the call throws.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Its resources, which all hold the same.</summary>
    public IReadOnlyList<string> Names { get; init; } = [Resource];

    /// <summary>Fields by which the last written records were to be known.</summary>
    public IReadOnlyList<string> WrittenKeys { get; private set; } = [];

    /// <summary>It keeps six characters of a value.</summary>
    public bool Shortens { get; init; }

    /// <summary>Ids that cannot be written.</summary>
    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Records written by syncs, deletions too.</summary>
    public int Written { get; private set; }

    public int Reads { get; private set; }

    public int Writes { get; private set; }

    /// <summary>What is there: value by id.</summary>
    public IReadOnlyDictionary<string, string> Values
    {
        get
        {
            lock (_gate)
            {
                return _rows
                    .Where(row => !row.Value.IsDeleted)
                    .ToDictionary(row => row.Key, row => row.Value.Value, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>An edit by somebody else.</summary>
    public void Put(string id, string value, DateTimeOffset? at = null) => Set(id, value, isDeleted: false, at);

    public void Delete(string id, DateTimeOffset? at = null) => Set(id, "", isDeleted: true, at);

    public override async Task<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken)
    {
        await Before("list");
        return
        [
            .. Names.Select(name => new RecordResource(name)
            {
                KeyFields = ["id"],
                TellsChanges = tellsChanges,
                TellsDeletions = tellsChanges,
            }),
        ];
    }

    public override async Task<string?> GetPositionAsync(string resource, CancellationToken cancellationToken)
    {
        await Before("position");
        lock (_gate)
        {
            return tellsChanges ? _seq.ToString(CultureInfo.InvariantCulture) : null;
        }
    }

    public override async Task<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        await Before("read");
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Reads++;
            return query.Reading == RecordReading.All ? All(query) : Changes(query);
        }
    }

    public override async Task<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        await Before("find");
        lock (_gate)
        {
            return
            [
                .. ids.Where(id => _rows.TryGetValue(id, out var row) && !row.IsDeleted)
                    .Select(id => Record(id, _rows[id])),
            ];
        }
    }

    public override async Task<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    )
    {
        await Before("write");
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Writes++;
            WrittenKeys = batch.KeyFields;
            return [.. batch.Records.Select(Write)];
        }
    }

    private RecordResult Write(SyncRecord record)
    {
        if (Refused.Contains(record.Id))
        {
            return RecordResult.Failed(ConnectorException.Invalid("recordId", "is refused"));
        }

        Written++;
        if (record.IsDeleted)
        {
            if (_rows.TryGetValue(record.Id, out var row) && !row.IsDeleted)
            {
                Set(record.Id, "", isDeleted: true, record.ModifiedAt);
            }

            return RecordResult.Written;
        }

        var value = System.Text.Json.JsonDocument.Parse(record.Data).RootElement.GetProperty("value").GetString()!;
        Set(record.Id, Shortens && value.Length > 6 ? value[..6] : value, isDeleted: false, record.ModifiedAt);
        return RecordResult.Written;
    }

    private void Set(string id, string value, bool isDeleted, DateTimeOffset? at)
    {
        lock (_gate)
        {
            if (_rows.TryGetValue(id, out var old))
            {
                _log.Remove(old.Seq);
            }

            _seq++;
            _rows[id] = new Row(value, isDeleted, at, _seq);
            _log[_seq] = id;
        }
    }

    private RecordPage All(RecordQuery query)
    {
        var rows = _rows
            .Where(row => !row.Value.IsDeleted && string.CompareOrdinal(row.Key, query.Cursor ?? "") > 0)
            .Take(query.Limit + 1)
            .ToList();
        var page = rows.Take(query.Limit).Select(row => Record(row.Key, row.Value)).ToList();
        return new RecordPage(page, rows.Count > query.Limit ? page[^1].Id : null, rows.Count > query.Limit);
    }

    private RecordPage Changes(RecordQuery query)
    {
        var since = long.Parse(query.Cursor!, CultureInfo.InvariantCulture);
        var rows = _log.Where(entry => entry.Key > since).Take(query.Limit + 1).ToList();
        var page = rows.Take(query.Limit).ToList();
        return new RecordPage(
            [.. page.Select(entry => Record(entry.Value, _rows[entry.Value]))],
            page.Count > 0 ? page[^1].Key.ToString(CultureInfo.InvariantCulture) : query.Cursor,
            rows.Count > query.Limit
        );
    }

    private SyncRecord Record(string id, Row row) =>
        row.IsDeleted
            ? new SyncRecord
            {
                Id = id,
                IsDeleted = true,
                ModifiedAt = row.At,
            }
            : new SyncRecord
            {
                Id = id,
                ModifiedAt = row.At,
                // The same fields may be written in another way than they came.
                Data = Encoding.UTF8.GetBytes(
                    isSpaced
                        ? $$"""{ "id": "{{id}}", "value": "{{row.Value}}" }"""
                        : $$"""{"id":"{{id}}","value":"{{row.Value}}"}"""
                ),
            };

    private sealed record Row(string Value, bool IsDeleted, DateTimeOffset? At, long Seq);
}
