using System.Text.Json;

namespace Yyc3.Connectors.Sdk.Sync.Tables;

/// <summary>The fields that some records have, all the same, and what their values are.</summary>
internal sealed class PageFields
{
    private readonly Dictionary<string, FieldKind?> _kinds = new(StringComparer.Ordinal);
    private bool _knowsAll;

    /// <summary>Names in the order of the first record.</summary>
    public IReadOnlyCollection<string> Names => _kinds.Keys;

    public List<SyncRecord> Records { get; } = [];

    public FieldKind Kind(string name) => _kinds.GetValueOrDefault(name) ?? FieldKind.Text;

    /// <summary>Parts records by their fields; a table takes each part in one command.</summary>
    public static IReadOnlyList<PageFields> Of(IReadOnlyList<SyncRecord> records)
    {
        var pages = new List<PageFields>();
        foreach (var record in records)
        {
            var page = pages.FirstOrDefault(page => page.Fits(record.Data.Span));
            if (page is null)
            {
                page = new PageFields();
                pages.Add(page);
                page.Learn(record.Data.Span, isFirst: true);
            }
            else
            {
                page.Learn(record.Data.Span, isFirst: false);
            }

            page.Records.Add(record);
        }

        return pages;
    }

    /// <summary>Names come in ordinal order, so the same fields are in the same places.</summary>
    private bool Fits(ReadOnlySpan<byte> data)
    {
        var json = new Utf8JsonReader(data);
        json.Read();
        foreach (var name in _kinds.Keys)
        {
            if (!json.Read() || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals(name))
            {
                return false;
            }

            json.Read();
            json.Skip();
        }

        return json.Read() && json.TokenType == JsonTokenType.EndObject;
    }

    private void Learn(ReadOnlySpan<byte> data, bool isFirst)
    {
        if (!isFirst && (_knowsAll = _knowsAll || _kinds.Values.All(kind => kind is not null)))
        {
            return;
        }

        var json = new Utf8JsonReader(data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (_kinds.GetValueOrDefault(name) is null)
            {
                _kinds[name] = KindOf(ref json);
            }

            json.Skip();
        }
    }

    private static FieldKind? KindOf(ref Utf8JsonReader json) =>
        json.TokenType switch
        {
            JsonTokenType.True or JsonTokenType.False => FieldKind.Boolean,
            JsonTokenType.Number when json.TryGetInt64(out _) => FieldKind.Integer,
            JsonTokenType.Number => FieldKind.Number,
            JsonTokenType.StartObject or JsonTokenType.StartArray => FieldKind.Json,
            JsonTokenType.String => FieldKind.Text,
            _ => null,
        };
}
