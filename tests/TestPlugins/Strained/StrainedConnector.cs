using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.TestPlugins.Strained;

[assembly: Connector(typeof(StrainedConnector))]

namespace Yyc3.Connectors.TestPlugins.Strained;

/// <summary>A source of twenty records in each resource that is not at its best.</summary>
public sealed class StrainedConnector(ConnectorContext context) : IConnector, IRecordSource, IActions
{
    private const int Records = 20;
    private readonly string _behaviour = context.Settings.GetRequired("behaviour");
    private readonly int _resources = context.Settings.GetInt32("resources", fallback: 1);
    private int _now;
    private int _most;
    private int _cut;
    private int _reads;

    public ValueTask<HealthReport> CheckAsync(CancellationToken cancellationToken) => new(HealthReport.Healthy);

    public ValueTask<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        new([.. Enumerable.Range(0, _resources).Select(number => new RecordResource($"r{number}"))]);

    public ValueTask<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        new((string?)null);

    public async ValueTask<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var now = Interlocked.Increment(ref _now);
        InterlockedMax(now);
        try
        {
            var read = Interlocked.Increment(ref _reads);
            if (read == 1 && _behaviour == "throttling")
            {
                throw new ConnectorException(
                    ErrorKind.Throttled,
                    "TOO_MANY",
                    "Too many calls.",
                    retryAfter: TimeSpan.FromSeconds(3)
                );
            }

            await Task.Delay(
                _behaviour == "hanging" ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(20),
                context.Time,
                cancellationToken
            );
            return Page(query);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _cut);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    public ValueTask<JsonElement> InvokeAsync(string action, JsonElement input, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse($$"""{"most":{{_most}},"cut":{{_cut}},"reads":{{_reads}}}""");
        return new(document.RootElement.Clone());
    }

    private static RecordPage Page(RecordQuery query)
    {
        var first = query.Cursor is null ? 0 : int.Parse(query.Cursor, CultureInfo.InvariantCulture);
        var last = Math.Min(first + query.Limit, Records);
        return new RecordPage(
            [
                .. Enumerable
                    .Range(first, last - first)
                    .Select(number => new SyncRecord
                    {
                        Id = number.ToString("D2", CultureInfo.InvariantCulture),
                        Data = """{"value":1}"""u8.ToArray(),
                    }),
            ],
            last < Records ? last.ToString(CultureInfo.InvariantCulture) : null,
            last < Records
        );
    }

    private void InterlockedMax(int now)
    {
        for (var most = _most; now > most; most = _most)
        {
            Interlocked.CompareExchange(ref _most, now, most);
        }
    }
}
