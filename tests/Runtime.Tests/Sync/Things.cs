using System.Text;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Tests.Sync;

/// <summary>The records that tests of runs move.</summary>
internal static class Things
{
    public static void Fill(FakeEnd end, int count)
    {
        for (var number = 0; number < count; number++)
        {
            end.Put($"{number:d4}", $"value {number}");
        }
    }

    public static async Task<Dictionary<string, string>> LocalAsync(SyncBox box)
    {
        var page = await box.Local.ReadAsync(new RecordQuery(FakeEnd.Resource) { Limit = 10_000 }, default);
        return page.Records.ToDictionary(
            record => record.Id,
            record =>
                System
                    .Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(record.Data.Span))
                    .RootElement.GetProperty("value")
                    .GetString()!,
            StringComparer.Ordinal
        );
    }
}
